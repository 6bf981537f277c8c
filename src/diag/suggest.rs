//! "Did you mean": the nearest of the names that would have been right.

/// The candidate that `written` was probably meant to be.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = written.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    // Of two that are equally near, letters in the wrong order are likelier than one too many.
    let rated = candidates.into_iter().map(|candidate| {
        let distance = strsim::damerau_levenshtein(&written.to_lowercase(), &candidate.to_lowercase());
        (distance, candidate.chars().count().abs_diff(length), candidate)
    });
    rated.filter(|(distance, ..)| *distance <= allowed).min().map(|(.., candidate)| candidate)
}

/// Names as a person lists them: `` `a`, `b` and `c` ``; long lists end with a count.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= MOST => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", names[..MOST].join(", "), names.len() - MOST),
    }
}
