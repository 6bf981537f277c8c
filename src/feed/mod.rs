//! Files that machines read: sitemap, feeds, robots, redirects, headers.
