"""Other matrix codes on the same lattice: Micro QR Codes from their one finder."""
