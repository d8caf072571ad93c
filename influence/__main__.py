"""``python -m influence``."""

from influence.cli import main

if __name__ == "__main__":
    main()
