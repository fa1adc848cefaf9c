"""What a Go program's Python runs inside: the Python half of Snakepit."""
