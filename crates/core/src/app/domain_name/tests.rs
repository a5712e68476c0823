//! Domains that are taken, and what is refused.

use super::*;

fn parse(typed: &str) -> Result<String, Unfit> {
    DomainName::parse(&Registry::new(), typed).map(|name| name.0)
}

#[test]
fn one_domain_is_kept_in_one_form() {
    for typed in ["northwind.com", " NorthWind.COM ", "northwind.com.", "ｎorthwind.com"] {
        assert_eq!(parse(typed).as_deref(), Ok("northwind.com"), "{typed}");
    }
    assert_eq!(parse("Bäckerei-Lund.de").as_deref(), Ok("xn--bckerei-lund-gcb.de"));
    assert_eq!(shown("xn--bckerei-lund-gcb.de"), "bäckerei-lund.de");
    assert_eq!(parse("ads.northwind.co.uk").as_deref(), Ok("ads.northwind.co.uk"));
    assert_eq!(record_name("northwind.com"), "_valetkey.northwind.com");
}

#[test]
fn what_is_no_domain_of_ones_own_is_refused_with_what_to_do() {
    let long = format!("{}.com", ["a".repeat(60).as_str(); 4].join("."));
    for typed in [
        "",
        "northwind",
        "https://northwind.com",
        "northwind.com/x",
        "northwind.com:443",
        "kim@northwind.com",
        "north wind.com",
        "north_wind.com",
        "-northwind.com",
        "northwind..com",
        "*.northwind.com",
        "north%77ind.com",
        "north\u{202e}wind.com",
        "xn--zzzzzzzz.com",
        long.as_str(),
    ] {
        assert_eq!(parse(typed), Err(Unfit::Shape), "{typed}");
    }
    for typed in ["192.0.2.7", "::1", "2130706433", "127.1", "0x7f.1", "１９２.0.2.7", "1.2.3.4.5"] {
        assert!(matches!(parse(typed), Err(Unfit::Address(_) | Unfit::Shape)), "{typed}: {:?}", parse(typed));
    }
    for typed in ["co.uk", "github.io", "公司.cn", "com"] {
        assert!(matches!(parse(typed), Err(Unfit::Suffix(_) | Unfit::Shape)), "{typed}: {:?}", parse(typed));
    }
}

#[test]
fn t13_a_domain_is_as_honest_as_a_name() {
    // Of two alphabets; of one that only looks like ours; somebody else's; a claim that is ours to make.
    for typed in [
        "n\u{43e}rthwind.com",
        "\u{430}\u{440}\u{440}\u{4cf}\u{435}.com",
        "meta-support.com",
        "git-hub.net",
        "help.instagram.agency",
        "valetkey.io",
        "verified-agency.com",
    ] {
        assert!(matches!(parse(typed), Err(Unfit::Name(_))), "{typed}: {:?}", parse(typed));
    }
    for typed in ["пекарня.рф", "面包店.中国", "northwind.support"] {
        assert!(parse(typed).is_ok(), "{typed}: {:?}", parse(typed));
    }
}
