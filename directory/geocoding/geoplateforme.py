"""The national geocoder of the Géoplateforme, or any server that speaks Addok, over HTTP."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from directory.errors import InvalidInput, Unavailable
from directory.geo import Position
from directory.geocoding.addresses import AddressMatch, AddressQuestion
from directory.geocoding.breaker import CircuitBreaker
from directory.geocoding.geojson import Feature, read_features, read_match
from directory.geocoding.limiter import RateLimiter
from directory.i18n import gettext

#: The service asks for at most 50 a second from one address.
QUESTIONS_PER_SECOND = 40.0

#: The longest `Retry-After` worth waiting for while a person waits for us.
LONGEST_RETRY_S = 2.0

#: An answer holds a few addresses; more is not an answer.
LARGEST_ANSWER = 2_000_000

#: How long whoever types waits for a proposal: one that comes later is of no use.
LONGEST_PROPOSAL_S = 0.25

#: More than this the service refuses to tell.
MOST_ANSWERS = 20

_TOO_MANY = {429, 503}

#: The cities with arrondissements.
_CITIES = {"75056": "Paris", "69123": "Lyon", "13055": "Marseille"}

# These libraries log every address they ask for, query included: what a person typed would be
# written down. Nothing below a warning, which holds no address, leaves them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Geoplateforme:
    """A back-end of addresses (`AddressIndex`); shared by the threads of a process."""

    name = "geoplateforme"
    is_outside = True

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float,
        breaker: CircuitBreaker | None = None,
        limiter: RateLimiter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise InvalidInput(
                gettext("L'adresse du géocodeur doit commencer par http:// ou https://."),
                field="FANAL_GEOCODER_URL",
                remedy=gettext("Corrigez-la, ou laissez-la vide pour vous en passer."),
            )
        self._url = url.rstrip("/")
        self._breaker = breaker or CircuitBreaker()
        # Proposals are given up sooner than searches: too slow for them is not down.
        self._proposals = CircuitBreaker()
        self._limiter = limiter or RateLimiter(QUESTIONS_PER_SECOND)
        self._sleep = sleep
        self._timeout_s = timeout_s
        # A redirect could lead anywhere, so none is followed: it counts as a failure.
        self._client = httpx.Client(
            # A handshake takes longer than an answer.
            limits=httpx.Limits(keepalive_expiry=60),
            follow_redirects=False,
            headers={"Accept": "application/json"},
        )

    def search(
        self,
        text: str,
        *,
        citycode: str | None = None,
        postcode: str | None = None,
        near: Position | None = None,
        limit: int = 5,
    ) -> list[AddressMatch]:
        """Return the addresses of the service for a text: see `AddressIndex.search`.

        Addresses of Paris, Lyon and Marseille bear the code of their arrondissement, so the code
        of the whole city finds none: its name is asked for instead, and answers of other communes
        may come. The service would leave out what has another postcode: it is not told it.
        """
        city = _CITIES.get(citycode or "")
        asked = {"q": f"{text} {city}" if city else text, "limit": str(min(limit, MOST_ANSWERS))}
        if citycode and not city:
            asked["citycode"] = citycode
        if near:
            asked |= {"lat": f"{near.latitude:.6f}", "lon": f"{near.longitude:.6f}"}
        matches = self._matches("search", asked)
        return sorted(
            matches, key=lambda match: (-match.score, postcode not in (None, match.postcode))
        )

    def complete(
        self, text: str, *, citycode: str | None = None, limit: int = 5
    ) -> list[AddressMatch]:
        """Return what the service proposes for an unfinished text: see `AddressIndex.complete`.

        Within a quarter of a second and without a second try. While searches find the service
        down it is not even asked, so that these alone probe it.
        """
        if self._breaker.is_open:
            raise _unavailable()
        asked = {"q": text, "limit": str(limit), "autocomplete": "1"}
        if citycode:
            asked["citycode"] = citycode
        return _matches(self._proposals.call(lambda: self._proposed(asked)))

    def reverse(self, position: Position) -> AddressMatch | None:
        """Return the address nearest to a point: see `AddressIndex.reverse`."""
        asked = {"lat": f"{position.latitude:.6f}", "lon": f"{position.longitude:.6f}"}
        return next(iter(self._matches("reverse", {**asked, "limit": "1"})), None)

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        """Return the best address of each question, one question at a time.

        The service's own way for lists takes a file and answers late; ours are short, and each
        answer is judged apart.
        """
        return [
            next(iter(self.search(question.text, citycode=question.citycode, limit=1)), None)
            for question in questions
        ]

    def close(self) -> None:
        """Close the connections kept open."""
        self._client.close()

    def _matches(self, path: str, asked: dict[str, str]) -> list[AddressMatch]:
        return _matches(self._breaker.call(lambda: self._features(path, asked)))

    def _features(self, path: str, asked: dict[str, str]) -> list[Feature]:
        answer = self._get(path, asked, self._timeout_s)
        if answer.status in _TOO_MANY:
            self._sleep(answer.retry_after_s)
            answer = self._get(path, asked, self._timeout_s)
        return answer.features()

    def _proposed(self, asked: dict[str, str]) -> list[Feature]:
        return self._get("search", asked, min(LONGEST_PROPOSAL_S, self._timeout_s)).features()

    def _get(self, path: str, asked: dict[str, str], timeout_s: float) -> "_Answer":
        """Ask once, within the time and the size that an answer may take in all."""
        self._limiter.wait()
        deadline = time.monotonic() + timeout_s
        address = f"{self._url}/{path}"
        timeout = httpx.Timeout(timeout_s, connect=min(2.0, timeout_s))
        try:
            with self._client.stream("GET", address, params=asked, timeout=timeout) as response:
                body = b""
                for part in response.iter_bytes():
                    body += part
                    if len(body) > LARGEST_ANSWER or time.monotonic() > deadline:
                        raise _unavailable()
                return _Answer(response.status_code, body, _retry_after_s(response))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable() from error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    retry_after_s: float

    def features(self) -> list[Feature]:
        """Return what was found.

        :raise Unavailable: it is no answer of the service.
        """
        if self.status == httpx.codes.BAD_REQUEST:
            # The text is one the service does not accept: it has no address for it.
            return []
        if self.status != httpx.codes.OK:
            raise _unavailable()
        return read_features(self.body)


def _matches(features: list[Feature]) -> list[AddressMatch]:
    return [match for match in map(read_match, features) if match is not None]


def _retry_after_s(response: httpx.Response) -> float:
    """Return the wait the service asks for, in seconds, never longer than a person would."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_RETRY_S) if asked.isdigit() else LONGEST_RETRY_S / 2


def _unavailable() -> Unavailable:
    return Unavailable(
        gettext("Le service d'adresses ne répond pas."),
        remedy=gettext("La recherche par commune fonctionne ; réessayez plus tard."),
    )
