"""How well our reader reads our own styled codes on the certificate's camera grid (simulated)."""
