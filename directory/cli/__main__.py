"""`python -m directory.cli` is `fanal`, for the processes that `fanal up` starts."""

from directory.cli import main

main()
