"""Finding QR codes of any style: nested contours, triples of finders, the third from two."""
