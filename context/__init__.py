"""What a run knows: tokens, variables, captured data, and where each of them came from."""
