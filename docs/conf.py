"""The site that `make docs` builds: it opens from a folder, searches without a server and asks no other host."""

from influence import __version__

project = "influence"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
root_doc = "index"
html_theme = "furo"
html_static_path, html_css_files = ["static"], ["site.css"]
html_title = f"influence {__version__}"
html_copy_source = False
html_show_sphinx = html_show_copyright = False
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
napoleon_google_docstring = False
man_pages = [("cli", "influence", "choose influencers who truly reach a niche", [], 1)]
