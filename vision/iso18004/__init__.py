"""QR Code tables of ISO/IEC 18004:2015 that its writer and its reader share, clause by clause."""
