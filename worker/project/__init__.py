"""The member's side: signing in, pushing files, requesting runs."""
