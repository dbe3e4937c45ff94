"""What a person types. One file a command; a command translates and lets the library work."""
