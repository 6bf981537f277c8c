//! Styles, scripts, pictures and other files become publishable.
