"""Who listens to which topic right now."""

from collections import defaultdict
from collections.abc import Callable

from worker.local.realtime.frames import Broadcast

#: Takes a message at once and never waits: one slow listener must not hold up the others.
Listener = Callable[[Broadcast], None]


class Hub:
    """Rooms by name. A private and a public topic of the same name are two rooms."""

    def __init__(self) -> None:
        self._rooms: dict[tuple[str, bool], set[Listener]] = defaultdict(set)

    def join(self, topic: str, listener: Listener, *, private: bool) -> Callable[[], None]:
        """Listen to a topic until the returned function is called; calling it twice is fine."""
        room = self._rooms[topic, private]
        room.add(listener)

        def leave() -> None:
            room.discard(listener)
            if not room and self._rooms.get((topic, private)) is room:
                del self._rooms[topic, private]

        return leave

    def deliver(self, message: Broadcast) -> None:
        """Hand a message to everybody in its room."""
        for listener in tuple(self._rooms.get((message.topic, message.private), ())):
            listener(message)

    @property
    def rooms(self) -> int:
        """How many rooms have somebody in them."""
        return len(self._rooms)
