//! Folders of themes become values that can be compiled.
