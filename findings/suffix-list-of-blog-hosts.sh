#!/bin/bash
# tldextract: one country's Blogspot is a host of many blogs, the next is one blog
#
# Version: tldextract==5.4.0
# Guessed: with include_psl_private_domains the hosts of other people's blogs are suffixes: Blogspot in every
#   country, WordPress, Substack, Tumblr.
# Is: blogspot.com is one, blogspot.de and blogspot.co.uk are not (any more); nor are wordpress.com, substack.com,
#   tumblr.com, ghost.io, beehiiv.com. Two strangers there share a registered domain.
# Where users meet it: one row for each person or domain: thousands of bloggers become one owner, and suppressing
#   one suppresses all.
# The product: reads a country's Blogspot as blogspot.com first, and keeps a short list of blog hosts beside the
#   suffix list.
# Output seen:
#   a domain for each blog:    blogspot.com github.io wixsite.com
#   one domain for all blogs:  blogspot.de blogspot.co.uk wordpress.com substack.com tumblr.com ghost.io beehiiv.com
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "tldextract==5.4.0"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import tldextract

domain = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
HOSTS = ["blogspot.com", "github.io", "wixsite.com", "blogspot.de", "blogspot.co.uk", "wordpress.com", "substack.com",
         "tumblr.com", "ghost.io", "beehiiv.com"]
own = [h for h in HOSTS if domain(f"anna.{h}").top_domain_under_public_suffix == f"anna.{h}"]
shared = [h for h in HOSTS if domain(f"anna.{h}").top_domain_under_public_suffix == h]
print("a domain for each blog:   ", *own)
print("one domain for all blogs: ", *shared)
raise SystemExit(0 if own == HOSTS[:3] and shared == HOSTS[3:] else "this has changed")
PYTHON
