//! The filters of templates.

mod bounds;
mod dates;
mod lists;
mod texts;

use super::Markdown;
use super::arguments::Arguments;
use super::ask::Fault;
use super::template::{BOUNDED, BOUNDED_DEEP};
use super::visit::{Visit, here};
use super::vocabulary::{FILTERS, OTHER_FILTERS};
use tera::{Kwargs, State, Tera, Value};

/// What a filter does with the page being made, a value and its arguments.
type Work = fn(&Visit, &Value, &Arguments<'_>, &State<'_>) -> Result<Value, Fault>;

/// The hint for a value of the wrong kind.
const WHAT_IS_IT: &str = "print it with `{{ … | json }}` to see what it holds";

const WORK: [(&str, Work); 14] = [
    (BOUNDED, |_, value, _, _| bounds::bounded(value)),
    (BOUNDED_DEEP, |_, value, _, _| bounds::bounded_deep(value)),
    ("absolute", texts::absolute),
    ("date", dates::date),
    ("group_by", lists::group_by),
    ("join", lists::join),
    ("json", texts::json),
    ("number", dates::number),
    ("replace", texts::replace),
    ("slugify", texts::slugify),
    ("strip_tags", texts::strip_tags),
    ("unique", lists::unique),
    ("url_encode", texts::url_encode),
    ("where", lists::filter_where),
];

/// Teaches `tera` all filters; some of them replace its own. `markdown` is what the filter of that name does.
pub(super) fn register(tera: &mut Tera, markdown: Markdown) {
    for (name, work) in WORK {
        tera.register_filter(name, move |value: &Value, given: Kwargs, state: &State<'_>| {
            here(|visit| work(visit, value, &Arguments::new(name, &given), state))
        });
    }
    tera.register_filter("markdown", move |value: &Value, given: Kwargs, _: &State<'_>| {
        here(|visit| texts::markdown(visit, value, &Arguments::new("markdown", &given), markdown))
    });
}

/// All names that a template can write after `|`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FILTERS.iter().map(|(name, _)| *name).chain(OTHER_FILTERS)
}

/// The text that a filter was given.
fn text<'a>(value: &'a Value, filter: &str) -> Result<&'a str, Fault> {
    value.as_str().ok_or_else(|| {
        Fault::new(format!("`{filter}` needs a text, not {}", super::values::kind(value))).hint(WHAT_IS_IT)
    })
}
