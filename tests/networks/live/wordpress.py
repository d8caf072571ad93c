"""A WordPress on this machine (Debian: php, MariaDB, wordpress and a theme), seeded by ``wordpress.php``.

``python -m tests.networks.live.wordpress`` starts one and says its address until Ctrl-C.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.networks.live.serving import free_port, running, until_it_answers

SOURCE = Path("/usr/share/wordpress")
PACKAGES = "php-cli php-mysql php-xml php-mbstring mariadb-server wordpress wordpress-theme-twentytwentythree"
CONFIG = """<?php
const DB_NAME = 'blog', DB_USER = 'root', DB_PASSWORD = '', DB_HOST = 'localhost:{socket}';
const DB_CHARSET = 'utf8mb4', DB_COLLATE = '', WP_HTTP_BLOCK_EXTERNAL = true, DISABLE_WP_CRON = true;
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
    define("{{$name}}_KEY", 'a test'); define("{{$name}}_SALT", 'a test');
}}
$table_prefix = 'wp_';
require ABSPATH . 'wp-settings.php';
"""
BLOGROLL = """<?php
add_filter('pre_wp_mail', '__return_true');
add_filter('pre_option_link_manager_enabled', '__return_true');
add_action('wp_footer', 'wp_list_bookmarks');
"""


@dataclass(frozen=True)
class WordPress:
    """One that is running: its address, and the folder it runs in."""

    address: str
    root: Path

    def run(self, code: str) -> str:
        """Run a line of PHP inside it; what it prints."""
        command = ["php", "-r", f"require '{self.root}/wp-load.php'; {code}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def option(self, name: str) -> str:
        """One of its settings."""
        return self.run(f"echo get_option('{name}');")

    def set_option(self, name: str, value: str) -> None:
        """Change a setting, and the addresses that follow from it."""
        self.run(f"update_option('{name}', '{value}'); flush_rewrite_rules();")


def missing() -> str:
    """What Debian would have to bring, in words; empty where all is there."""
    there = SOURCE.is_dir() and all(shutil.which(one) for one in ("php", "mariadbd", "mariadb-install-db"))
    return "" if there else f"needs apt-get install {PACKAGES}"


@contextmanager
def wordpress(folder: Path, host: str = "127.0.0.1") -> Iterator[WordPress]:
    """A seeded WordPress while it runs in an empty folder."""
    root, socket = folder / "site", folder / "db.sock"
    shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("wp-config*.php", ".htaccess"))
    (root / "wp-config.php").write_text(CONFIG.format(root=root, socket=socket), "utf-8")
    (root / "wp-content/mu-plugins").mkdir()
    (root / "wp-content/mu-plugins/blogroll.php").write_text(BLOGROLL, "utf-8")
    address = f"http://{host}:{free_port(host)}"
    with _database(folder / "db", socket):
        subprocess.run(["php", str(Path(__file__).with_suffix(".php")), str(root), address], check=True)
        with running(["php", "-S", address.removeprefix("http://"), "-t", str(root)]) as server:
            until_it_answers(address, server)
            yield WordPress(address, root)


@contextmanager
def _database(folder: Path, socket: Path) -> Iterator[None]:
    user = ["--no-defaults", "--user=root", f"--datadir={folder}"]
    _quietly(["mariadb-install-db", *user, "--auth-root-authentication-method=normal", "--skip-test-db"])
    with running(["mariadbd", *user, f"--socket={socket}", "--skip-networking"]) as server:
        for _ in range(300):
            asked = ["mariadb", "--no-defaults", f"--socket={socket}", "-e", "create database blog"]
            if subprocess.run(asked, stderr=subprocess.DEVNULL).returncode == 0:
                break
            if server.poll() is not None or threading.Event().wait(0.1):
                raise RuntimeError("the database did not start")
        yield


def _quietly(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, wordpress(Path(made)) as there:
        print(there.address, flush=True)
        threading.Event().wait()
