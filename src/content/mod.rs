//! Folders of content become the tree of a site.
