//! Templates turn the pages of a site into HTML files.
