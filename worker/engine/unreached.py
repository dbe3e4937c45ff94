"""What could not be reached, where the environment is down: so that the right thing is looked after."""

from worker.engine.opening import without_credentials
from worker.engine.parts import Parts
from worker.models.outcome import TestOutcome


def unreached_of(culprit: TestOutcome, parts: Parts) -> str:
    """The address that this test has asked, and the name of the service that it is; masked."""
    attempt = culprit.last_attempt
    exchange = attempt.exchange if attempt else None
    # The recorded address is without them, too.
    base_url = without_credentials(parts.environment.base_url)
    if exchange is None:
        return parts.context.mask.text(base_url)
    for name, service in parts.environment.services.items():
        if service.base_url and exchange.url.startswith(without_credentials(service.base_url)):
            return service_in_words(name, parts)
    is_own = base_url and exchange.url.startswith(base_url)
    return parts.context.mask.text(base_url if is_own else _origin(exchange.url))


def service_in_words(name: str, parts: Parts) -> str:
    """A further service of the environment with its address, masked."""
    address = without_credentials(parts.environment.services[name].base_url)
    return f"{name} ({parts.context.mask.text(address)})" if address else name


def _origin(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}"
