"""Two furnished tenants and everybody who might try something, for tests of who may what."""

from tests.database.actors import Actor, Session
from tests.database.matrix import Right
from tests.database.samples import Sample
from tests.database.tenants import furnish_both
from tests.database.world import World


class Stage:
    """Two furnished tenants, and everybody who tries."""

    def __init__(self, session: Session, world: World) -> None:
        self.session = session
        self.world = world
        self.shop, self.other = furnish_both(world)
        #: A pipeline of the Shop with every scope.
        self.token = world.a_token("ci of the matrix")

    def callers(self, role: str) -> tuple[Actor, ...]:
        """Who comes with this role. Strangers are two: one is somebody elsewhere, one is nobody anywhere."""
        match role:
            case "stranger":
                return (self.world.stranger, self.world.outsider)
            case "token":
                return (self.token,)
            case _:
                return (getattr(self.world, role),)

    def sample(self, right: Right, caller: Actor) -> Sample:
        """The row of the Shop that this cell is about."""
        people = self.world.facts.people
        colleague = people["viewer"] if right.role != "viewer" else people["editor"]
        return Sample(
            session=self.session,
            tenant=self.shop,
            caller=None if right.role in ("anonymous", "worker") else caller.id,
            colleague=colleague,
            row=right.row,
        )
