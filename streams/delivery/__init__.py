"""At-least-once on Faust: an input is acknowledged when its outputs are, never before."""
