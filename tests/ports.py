"""Ports as wide as people's usual ones."""

import random


def ports_of_four_digits() -> list[int]:
    """Some to choose from, where what is printed has to be as wide as with port 8900."""
    return random.sample(range(2000, 10000), 50)
