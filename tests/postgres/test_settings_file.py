"""The cache of the private server fits the machine."""

import pytest

from directory.postgres.settings_file import cache_mb


@pytest.mark.parametrize(
    ("memory_mb", "expected"),
    [(512, 128), (2_048, 256), (4_096, 512), (24_000, 1_024), (256_000, 1_024)],
)
def test_an_eighth_of_the_memory_is_its_cache_within_bounds(memory_mb: int, expected: int) -> None:
    assert cache_mb(memory_mb) == expected
