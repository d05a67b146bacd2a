"""What right and wrong mean: hidden tests, named mistakes, right solutions in other styles."""
