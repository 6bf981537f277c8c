//! What answers are compared by from one run to the next: all that an answer tells, as a digest, without making the answer.

use super::{files, find_page, groups, kin, lists, menus, slices, words};
use crate::model::{Digest, PageId, Site};
use crate::render::ask::{Desk, Fault, Question, Standpoint};
use crate::render::print::Print;

/// What an answer is compared by.
#[derive(Debug)]
pub(in crate::render) struct Fingerprint {
    /// The digest of all that it tells.
    pub(in crate::render) digest: Digest,
    /// The pages of which it may tell how their texts begin, and how long they are.
    pub(in crate::render) told: Vec<PageId>,
}

/// The fingerprint of the answer that somebody gets who asks `from` a page; that there is none is an answer, too.
pub(in crate::render) fn fingerprint(desk: &Desk, question: &Question, from: Standpoint) -> Fingerprint {
    let (mut print, mut told) = (Print::new(), Vec::new());
    match tell(desk, question, from, &mut print, &mut told) {
        Ok(()) => Fingerprint { digest: print.finish(), told },
        Err(_) => Fingerprint { digest: Digest::of(b"there is no answer"), told: Vec::new() },
    }
}

fn tell(
    desk: &Desk,
    question: &Question,
    from: Standpoint,
    print: &mut Print,
    told: &mut Vec<PageId>,
) -> Result<(), Fault> {
    let mut tell_pages = |ids: &[PageId], print: &mut Print| {
        told.extend_from_slice(ids);
        print.digests(ids.iter().map(|id| desk.print(*id)));
    };
    let (site, id) = (&*desk.site, from.page);
    let page = site.page(id);
    match question {
        Question::Pages(selection) => tell_pages(&lists::find(site, selection)?, print),
        Question::Page(path) => tell_pages(&[find_page(site, path)?], print),
        Question::Section(path) => {
            let section = lists::section_at(site, path)?;
            tell_pages(&[section], print);
            tell_pages(&site.page(section).children, print);
        }
        Question::Children => tell_pages(&page.children, print),
        Question::Slice => {
            print.number(slices::count(desk, id));
            tell_pages(slices::shown(desk, id, from.number), print);
        }
        Question::Terms(name) => {
            print.digests(groups::all_terms(site, name)?.iter().map(|term| desk.term_print(term.page)));
        }
        Question::TermsOf(taxonomy, path) => tell_terms(desk, taxonomy, find_page(site, path)?, print)?,
        Question::OwnTerms(taxonomy) => tell_terms(desk, taxonomy, id, print)?,
        Question::Taxonomies => {
            let routes = site.taxonomies.iter().map(|taxonomy| &site.page(taxonomy.page).route);
            routes.for_each(|route| print.text(route.as_str()));
        }
        Question::Related(limit) => tell_pages(&desk.related(id, *limit), print),
        Question::Backlinks => tell_pages(kin::backlinks(site, id)?, print),
        Question::Trail => tell_pages(&site.ancestors(id), print),
        Question::Previous => tell_pages(page.previous.as_slice(), print),
        Question::Next => tell_pages(page.next.as_slice(), print),
        Question::Data(name) => print.value(files::data(site, name)?),
        Question::Menu(name, _) => {
            let mut links = Vec::new();
            menus::links(site, menus::items(site, name), &mut links)?;
            links.iter().for_each(|link| print.text(link));
        }
        Question::Link(path) => print.text(&files::link(site, path)?),
        Question::File(key) => tell_file(site, key, print)?,
        Question::Words(key) => print.value(words::words(desk, key)?),
        Question::Feeds => tell_feeds(desk, id, print),
    }
    Ok(())
}

fn tell_terms(desk: &Desk, taxonomy: &str, id: PageId, print: &mut Print) -> Result<(), Fault> {
    print.digests(groups::carried(&desk.site, taxonomy, id)?.iter().map(|term| desk.term_print(*term)));
    Ok(())
}

/// A file that is published under its own name gives way to one of the theme, as soon as there is one.
fn tell_file(site: &Site, key: &str, print: &mut Print) -> Result<(), Fault> {
    let rival = key.strip_prefix("static:").map(|name| format!("theme:{name}"));
    print.number(usize::from(rival.is_some_and(|rival| site.assets.contains_key(rival.as_str()))));
    let asset = files::find_asset(site, key)?;
    print.text(asset.out.as_str());
    print.optional(asset.integrity.as_deref());
    print.dimensions(asset.dimensions);
    Ok(())
}

/// The settings say how feeds are written, and what that of the home page is called.
fn tell_feeds(desk: &Desk, id: PageId, print: &mut Print) {
    print.number(usize::from(desk.has_feed(Site::HOME)));
    if id != Site::HOME && desk.has_feed(id) {
        print.text(&desk.site.page(id).title);
        print.text(desk.site.page(id).route.as_str());
    }
}

/// The digest of what lists tell about a term.
pub(in crate::render) fn print_of_term(site: &Site, term: PageId) -> Digest {
    let page = site.page(term);
    let mut print = Print::new();
    [&*page.title, page.route.as_str()].iter().for_each(|text| print.text(text));
    print.number(page.children.len());
    print.finish()
}
