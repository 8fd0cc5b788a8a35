"""What the difference between a correct and an incorrect sentence is, one error type a module."""
