//! What is repeated, when, and what never is.

use super::{Host, answer, errand, fine, limits, lost, patience, shell};
use crate::provider::FaultKind;
use crate::provider::line::{Class, Errand, Insisting, Patience, Verdict};
use crate::world::{Answer, Archive, Call, Keeper, Method, Secret, Vault, Web, WebFault};
use std::time::Duration;

/// A host that does `once` and then does what it is asked.
fn once(first: impl Fn() -> Result<Answer, WebFault> + Send + Sync + 'static) -> std::sync::Arc<Host> {
    Host::new(move |count, _| if count == 1 { first() } else { Ok(fine()) })
}

#[test]
fn an_errand_reaches_the_host_with_everything_it_was_given() {
    let host = Host::new(|_, _| Ok(fine()));
    assert_eq!(host.ask(Class::Once), Ok(fine()));
    let calls = host.calls.lock().unwrap();
    let (_, call) = &calls[0];
    assert_eq!((call.method, call.url.as_str()), (Method::Post, "https://api.example/v4/beds?all=1"));
    assert_eq!(call.body.as_ref(), b"[\"a\"]");
    assert_eq!(call.headers[1], ("authorization".to_owned(), "Bearer t0ken".to_owned()));
}

#[test]
fn whatever_the_host_did_not_do_is_asked_again() {
    let unreachable = || Err(WebFault::Unreachable("no route to host".into()));
    for class in [Class::Repeatable, Class::Once] {
        for host in [once(unreachable), once(|| Ok(answer(429, &[], ""))), once(|| Ok(answer(425, &[], "")))] {
            assert_eq!(host.ask(class), Ok(fine()));
            assert_eq!(host.times().len(), 2);
        }
    }
}

#[test]
fn what_may_have_happened_is_asked_again_only_if_that_is_harmless() {
    let troubles: [fn() -> Result<Answer, WebFault>; 7] = [
        || Err(lost()),
        || Ok(answer(500, &[], "")),
        || Ok(answer(502, &[], "<html><h1>Bad gateway</h1></html>")),
        || Ok(answer(503, &[("retry-after", "1")], "")),
        || Ok(answer(524, &[], "")),
        || Ok(answer(200, &[], "{\"success\":tr")),
        // Of a refusal, too, the reason must be whole.
        || Ok(answer(400, &[], "{\"error\":{\"code\":\"missing_fi")),
    ];
    for trouble in troubles {
        let host = once(trouble);
        assert_eq!(host.ask(Class::Repeatable), Ok(fine()));
        let host = once(trouble);
        assert_eq!(host.ask(Class::Once).unwrap_err().kind, FaultKind::Unknown);
        assert_eq!(host.times().len(), 1, "never a second time");
    }
}

#[test]
fn a_refusal_is_the_last_word() {
    for status in [200, 201, 204, 304, 400, 402, 404, 409, 413, 422] {
        let host = Host::new(move |_, _| Ok(answer(status, &[], "{}")));
        assert_eq!(host.ask(Class::Repeatable).unwrap().status, status);
        assert_eq!(host.times().len(), 1);
    }
}

#[test]
fn a_host_that_stays_in_trouble_is_given_up_after_a_minute_or_two() {
    let page = "<html><head><title>502</title></head>\n<body>Bad gateway</body></html>";
    let host = Host::new(move |_, _| Ok(answer(502, &[("cf-ray", "8f00")], page)));
    let fault = host.ask(Class::Repeatable).unwrap_err();
    assert_eq!((fault.kind, fault.doing.as_str()), (FaultKind::Busy, "count the beds"));
    assert_eq!(fault.said, "it answers 502: 502 Bad gateway");
    assert_eq!(fault.request.as_deref(), Some("8f00"));
    let times = host.times();
    assert_eq!(times.len(), 9);
    assert!((45_000..120_000).contains(times.last().unwrap()), "{times:?}");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 30_000), "{times:?}");
}

#[test]
fn the_kind_of_the_last_failure_is_told() {
    let kinds = [
        (WebFault::Unreachable("connection refused".into()), FaultKind::Unreachable, "connection refused"),
        (lost(), FaultKind::Busy, "the answer was lost: connection reset"),
    ];
    for (fault, kind, said) in kinds {
        let host = Host::new(move |_, _| Err(fault.clone()));
        let told = host.ask(Class::Repeatable).unwrap_err();
        assert_eq!((told.kind, told.said.as_str()), (kind, said));
    }
}

#[test]
fn retry_after_is_obeyed_to_the_second_and_hardly_longer() {
    let afters = [("1", 1_000), ("30", 30_000), ("600", 600_000), ("Fri, 15 Jan 2027 08:02:00 GMT", 120_000)];
    for (after, millis) in afters {
        for status in [429, 503] {
            let host = once(move || Ok(answer(status, &[("retry-after", after)], "")));
            assert_eq!(host.ask(Class::Repeatable), Ok(fine()));
            let waited = host.times()[1];
            assert!((millis..=millis * 5 / 4).contains(&waited), "{status} {after}: {waited}");
        }
    }
}

#[test]
fn a_retry_after_that_cannot_be_read_is_a_failure_like_any_other() {
    for after in ["", "later", "-1", "9999999999999"] {
        let host = once(move || Ok(answer(503, &[("retry-after", after)], "")));
        assert_eq!(host.ask(Class::Repeatable), Ok(fine()));
        assert!(host.times()[1] <= 500, "{after}");
    }
}

#[test]
fn a_wait_that_is_longer_than_anyone_likes_is_told_instead() {
    let host = Host::new(|_, _| Ok(answer(429, &[("retry-after", "3600")], "{\"error\":{\"message\":\"slow down\"}}")));
    let line = host.line();
    let fault = line.ask(&errand(), Class::Repeatable).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Wall(Some("2027-01-15T09:00:00Z".parse().unwrap())));
    assert_eq!(fault.said, "it answers 429: slow down");
    // The next one does not even try.
    let fault = line.ask(&errand(), Class::Repeatable).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Wall(Some("2027-01-15T09:00:00Z".parse().unwrap())));
    assert_eq!(host.times().len(), 1);
}

#[test]
fn a_redirect_is_not_followed() {
    let host = Host::new(|_, _| Ok(answer(307, &[("location", "https://evil.example/")], "")));
    let fault = host.ask(Class::Repeatable).unwrap_err();
    assert_eq!((fault.kind, fault.said.as_str()), (FaultKind::Nonsense, "it points to `https://evil.example/`"));
    assert_eq!(host.times().len(), 1);
}

#[test]
fn a_refused_token_is_fetched_anew_once() {
    for status in [401, 403] {
        let folder = tempfile::tempdir().unwrap();
        let (path, kept) = (folder.path().join("token"), Vault::new(folder.path()));
        kept.put("token", b"old").unwrap();
        let host = Host::new(move |count, _| {
            kept.put("token", b"new").unwrap();
            Ok(if count == 1 { answer(status, &[], "") } else { fine() })
        });
        let line = host.line_at("https://api.example", Keeper::File(path), &limits(&[]));
        assert_eq!(line.ask(&errand(), Class::Once), Ok(fine()));
        assert_eq!(host.keys(), ["Bearer old", "Bearer new"]);
    }
    let host = Host::new(|_, _| Ok(answer(401, &[], "")));
    assert_eq!(host.ask(Class::Once).unwrap().status, 401);
    assert_eq!(host.times().len(), 1, "the same token is not shown again");
}

#[test]
fn a_pass_is_shown_instead_of_the_token() {
    let host = Host::new(|_, _| Ok(answer(403, &[], "Expired JWT")));
    let errand = errand().pass(Secret::new("pass").unwrap());
    assert_eq!(host.line().ask(&errand, Class::Repeatable).unwrap().status, 403);
    assert_eq!(host.keys(), ["Bearer pass"]);
}

#[test]
fn a_token_goes_nowhere_where_it_could_be_read() {
    let host = Host::new(|_, _| Ok(fine()));
    for api in ["http://api.example", "http://127.0.0.1.evil.example", "http://localhost@evil.example", "ftp://x"] {
        let line = host.line_at(api, shell("echo t0ken"), &limits(&[]));
        assert_eq!(line.ask(&errand(), Class::Once).unwrap_err().kind, FaultKind::Refused, "{api}");
    }
    assert!(host.times().is_empty());
    for api in ["http://127.0.0.1:8787", "http://localhost", "http://[::1]:1/v4"] {
        let line = host.line_at(api, shell("echo t0ken"), &limits(&[]));
        assert_eq!(line.ask(&errand(), Class::Once), Ok(fine()), "{api}");
    }
    // A path cannot lead to another host.
    let line = host.line_at("https://api.example", shell("echo t0ken"), &limits(&[]));
    line.ask(&Errand::new("look", Method::Get, "@evil.example/"), Class::Once).unwrap();
    assert_eq!(host.calls.lock().unwrap().last().unwrap().1.url, "https://api.example/@evil.example/");
}

#[test]
fn a_token_that_the_host_repeats_is_not_shown() {
    let host = Host::new(|_, _| Ok(answer(500, &[], "bad token t0ken")));
    assert_eq!(host.ask(Class::Once).unwrap_err().said, "it answers 500: bad token (secret)");
}

#[test]
fn a_token_that_is_not_there_is_told_before_anything_is_sent() {
    let host = Host::new(|_, _| Ok(fine()));
    let line = host.line_at("https://api.example", Keeper::Variable("NO_SUCH_TOKEN".into()), &limits(&[]));
    let fault = line.ask(&errand(), Class::Once).unwrap_err();
    assert_eq!((fault.kind, fault.said.as_str()), (FaultKind::Refused, "the variable `NO_SUCH_TOKEN` is not set"));
    assert!(host.times().is_empty());
}

#[test]
fn a_run_that_is_to_end_asks_nothing_more() {
    let host = Host::new(|_, _| Err(lost()));
    let line = host.line();
    line.courier.outside.stop.request();
    assert_eq!(line.ask(&errand(), Class::Repeatable).unwrap_err().kind, FaultKind::Stopped);
    assert!(host.times().is_empty());
}

#[test]
fn a_call_is_given_less_than_half_a_minute() {
    let host = Host::new(|_, _| Ok(fine()));
    host.ask(Class::Once).unwrap();
    assert!(host.calls.lock().unwrap()[0].1.within <= Duration::from_secs(29));
    let line = host.line().patient(Patience { call: Duration::from_secs(3), ..patience() });
    line.ask(&errand(), Class::Once).unwrap();
    assert_eq!(host.calls.lock().unwrap()[1].1.within, Duration::from_secs(3));
}

#[test]
fn a_web_that_insists_repeats_what_may_be_repeated_and_hands_on_the_last_answer() {
    let insisting = |host: &std::sync::Arc<Host>| {
        let line = host.line();
        Insisting::new(line.courier.outside, line.courier.budget, Verdict::of_bucket)
    };
    let call = |method| Call::new(method, "https://bucket.example/key", Duration::ZERO);
    let host = once(|| Err(lost()));
    assert_eq!(insisting(&host).send(&call(Method::Put)), Ok(fine()));
    let host = once(|| Err(lost()));
    assert!(matches!(insisting(&host).send(&call(Method::Post)), Err(WebFault::Lost(_))));
    let conflict = "<Error><Code>ConditionalRequestConflict</Code></Error>";
    let host = once(move || Ok(answer(409, &[], conflict)));
    assert_eq!(insisting(&host).send(&call(Method::Put)), Ok(fine()));
    let slow = answer(503, &[], "<Error><Code>SlowDown</Code></Error>");
    let repeated = slow.clone();
    let host = Host::new(move |_, _| Ok(repeated.clone()));
    assert_eq!(insisting(&host).send(&call(Method::Put)), Ok(slow));
    assert_eq!(host.times().len(), 9);
    let host = Host::new(|_, _| Err(WebFault::Unreachable("no route to host".into())));
    let fault = insisting(&host).send(&call(Method::Get)).unwrap_err();
    assert_eq!(fault, WebFault::Unreachable("no route to host".into()));
}
