"""What a person may set, each declared once."""
