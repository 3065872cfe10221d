"""The commands of the command line, one file each; they import what they need when they run."""
