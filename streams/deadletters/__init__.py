"""For the one who mends what a stage refused: see the dead letters, look at one, put them back."""
