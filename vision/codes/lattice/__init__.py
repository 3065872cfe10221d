"""The lattice of a symbol on a bent label: start map from the finders, growth along the edges."""
