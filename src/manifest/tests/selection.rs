//! Picking sites, by name and by shard.

use super::{HEAD, fleet, line, loaded};
use crate::diag::Code;
use crate::manifest::{Selection, Shard, select};
use crate::model::Fleet;
use std::collections::BTreeSet;

fn field() -> Fleet {
    fleet(
        r#"
        [groups.money]
        tags = ["german"]
        [groups.hobby]
        [[site]]
        id = "q-money"
        group = "money"
        content = ["finance", "legal"]
        [[site]]
        id = "q-loans"
        group = "money"
        content = ["finance"]
        tags = ["english"]
        [[site]]
        id = "garden"
        group = "hobby"
        content = ["garden"]
        tags = ["english"]
        "#,
    )
}

fn picked(selection: &Selection) -> Result<Vec<String>, String> {
    let ids =
        |sites: Vec<_>| sites.iter().map(|site: &std::sync::Arc<crate::model::SiteSpec>| site.id.to_string()).collect();
    select(&field(), &[], selection).map(|picked| ids(picked.sites)).map_err(|mistake| line(&mistake))
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[test]
fn nothing_asked_is_everything() {
    assert_eq!(picked(&Selection::default()).unwrap(), ["garden", "q-loans", "q-money"]);
}

#[test]
fn of_a_list_any_may_match_and_all_lists_must() {
    let by = |sites: Vec<String>, niches: Vec<String>, groups: Vec<String>, tags: Vec<String>| {
        picked(&Selection { sites, niches, groups, tags, ..Selection::default() }).unwrap()
    };
    assert_eq!(by(texts(["q-*", "garden"]), vec![], vec![], vec![]), ["garden", "q-loans", "q-money"]);
    assert_eq!(by(texts(["*o?ns"]), vec![], vec![], vec![]), ["q-loans"]);
    assert_eq!(by(vec![], texts(["finance"]), vec![], vec![]), ["q-loans", "q-money"]);
    assert_eq!(by(vec![], texts(["legal", "garden"]), vec![], vec![]), ["garden", "q-money"]);
    assert_eq!(by(vec![], vec![], texts(["hobby"]), vec![]), ["garden"]);
    assert_eq!(by(vec![], vec![], texts(["money"]), texts(["english"])), ["q-loans"]);
    assert_eq!(by(texts(["q-*"]), texts(["finance"]), texts(["money"]), texts(["german"])), ["q-money"]);
}

#[test]
fn globs_match_the_whole_id() {
    let glob = |glob: &str| picked(&Selection { sites: texts([glob]), ..Selection::default() }).is_ok();
    assert!(glob("*") && glob("g*n") && glob("g*d*n") && glob("??????") && glob("**garden**"));
    assert!(!glob("gard") && !glob("arden") && !glob("") && !glob("?") && !glob("g*e"));
}

#[test]
fn a_name_that_no_site_has_is_a_mistake_with_a_suggestion() {
    let by = |selection: Selection| picked(&selection).unwrap_err();
    let none = Selection::default;
    assert_eq!(
        by(Selection { sites: texts(["q-mony"]), ..none() }),
        "H0111  no site is called `q-mony` (did you mean `q-money`?)"
    );
    assert_eq!(
        by(Selection { niches: texts(["finanse"]), ..none() }),
        "H0111  no site uses the niche `finanse` (did you mean `finance`?)"
    );
    assert_eq!(
        by(Selection { groups: texts(["mony"]), ..none() }),
        "H0111  no site is in the group `mony` (did you mean `money`?)"
    );
    assert_eq!(
        by(Selection { tags: texts(["zebra"]), ..none() }),
        "H0111  no site has the tag `zebra` (the tags are `english` and `german`)"
    );
    assert!(
        by(Selection { groups: texts(["hobby"]), niches: texts(["legal"]), ..none() })
            .contains("no site is all of that at once")
    );
}

#[test]
fn broken_sites_are_meant_unless_their_names_exclude_them() {
    let manifest =
        "[[site]]\nid = \"good\"\n[[site]]\nid = \"bad\"\ngroup = \"gone\"\n[[site]]\nid = \"Bad Site\"\n[[site]]\n";
    let loaded = loaded(&format!("{HEAD}{manifest}"));
    let by = |selection: Selection| {
        let picked =
            select(loaded.fleet.as_ref().unwrap(), &loaded.broken, &selection).map_err(|mistake| line(&mistake))?;
        let sound = picked.sites.iter().map(|site| site.id.to_string());
        let broken = picked.broken.iter().map(|site| site.label.clone());
        let doubts = picked.doubts.iter().map(line);
        Ok::<_, String>(sound.chain(broken).chain(doubts).collect::<Vec<_>>())
    };
    let none = Selection::default;
    let sites = |globs: &[&str]| by(Selection { sites: globs.iter().map(ToString::to_string).collect(), ..none() });
    let all = ["bad", "the third [[site]]", "the fourth [[site]]"];
    assert_eq!(by(none()).unwrap(), ["good", all[0], all[1], all[2]]);
    assert_eq!(sites(&["b*"]).unwrap(), ["bad"]);
    assert_eq!(sites(&["Bad Site"]).unwrap(), ["the third [[site]]"], "by what is written in place of an id");
    assert_eq!(sites(&["the fourth [[site]]"]).unwrap(), ["the fourth [[site]]"], "by where it is written");
    assert_eq!(sites(&["good", "bad"]).unwrap(), ["good", "bad"], "a broken site hides no sound one");
    assert_eq!(sites(&["good"]).unwrap(), ["good"]);
    assert!(sites(&["good", "bda"]).unwrap_err().contains("did you mean `bad`?"));
    let doubted = by(Selection { groups: texts(["gone"]), ..none() }).unwrap();
    assert_eq!(doubted[..3], all);
    assert!(doubted[3].contains("no site is in the group `gone`"), "{doubted:?}");
    assert!(by(Selection { sites: texts(["good"]), groups: texts(["gone"]), ..none() }).is_err());
    assert_eq!(by(Selection { niches: texts(["garden"]), ..none() }).unwrap().len(), 4, "also for niches and tags");
    assert_eq!(by(Selection { shard: Some(Shard { index: 1, count: 1 }), ..none() }).unwrap().len(), 4);
}

#[test]
fn shards_are_disjoint_and_their_union_is_the_fleet() {
    let many: String = (0..300).map(|n| format!("[[site]]\nid = \"site-{n}\"\n")).collect();
    let fleet = fleet(&many);
    for count in [1, 2, 3, 7, 64, 400] {
        let mut seen = BTreeSet::new();
        for index in 1..=count {
            let shard = Some(Shard { index, count });
            for site in select(&fleet, &[], &Selection { shard, ..Selection::default() }).unwrap().sites {
                assert!(seen.insert(site.id.clone()), "{} is in two shards of {count}", site.id);
            }
        }
        assert_eq!(seen.len(), 300, "with {count} shards");
    }
}

#[test]
fn a_broken_site_is_in_one_shard_as_well() {
    let many: String = (0..40).map(|n| format!("[[site]]\nid = \"site-{n}\"\ngroup = \"gone\"\n")).collect();
    let loaded = loaded(&format!("{HEAD}{many}[[site]]\n"));
    let shard = |index| {
        let selection = Selection { shard: Some(Shard { index, count: 3 }), ..Selection::default() };
        let picked = select(loaded.fleet.as_ref().unwrap(), &loaded.broken, &selection).unwrap();
        picked.broken.iter().map(|site| site.label.clone()).collect::<Vec<_>>()
    };
    let shards = [shard(1), shard(2), shard(3)];
    assert!(shards.iter().all(|shard| !shard.is_empty()));
    let all: BTreeSet<_> = shards.concat().into_iter().collect();
    assert_eq!((all.len(), shards.concat().len()), (41, 41));
}

#[test]
fn a_site_stays_in_its_shard_when_others_come_and_go() {
    let in_first = |fleet: &Fleet| {
        let shard = Some(Shard { index: 1, count: 2 });
        let sites = select(fleet, &[], &Selection { shard, ..Selection::default() }).unwrap().sites;
        sites.iter().map(|site| site.id.to_string()).filter(|id| id.starts_with("s-")).collect::<Vec<_>>()
    };
    let some: String = (0..20).map(|n| format!("[[site]]\nid = \"s-{n}\"\n")).collect();
    let more: String = (0..20).map(|n| format!("[[site]]\nid = \"t-{n}\"\n")).collect();
    assert_eq!(in_first(&fleet(&some)), in_first(&fleet(&format!("{more}{some}"))));
}

#[test]
fn an_empty_shard_is_no_mistake() {
    let shards = (1..=50).map(|index| Selection { shard: Some(Shard { index, count: 50 }), ..Selection::default() });
    assert!(shards.filter(|selection| picked(selection).unwrap().is_empty()).count() >= 47);
}

#[test]
fn a_shard_is_written_as_a_part_of_a_whole() {
    assert_eq!(Shard::parse("3/8").unwrap(), Shard { index: 3, count: 8 });
    assert_eq!(Shard::parse("3/8").unwrap().to_string(), "3/8");
    for (text, why) in [
        ("3", "there is no slash"),
        ("x/2", "`x` is not a number"),
        ("0/2", "parts are counted from 1"),
        ("3/2", "there is no part 3 of 2"),
        ("0/0", "there are no parts"),
    ] {
        let mistake = Shard::parse(text).unwrap_err();
        assert_eq!((mistake.code, mistake.message), (Code::BadFlag, format!("`{text}` is not a shard: {why}")));
    }
}
