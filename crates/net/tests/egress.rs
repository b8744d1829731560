//! The address guard and the caps, on real connections.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use linkyard_net::{Client, Error, Options, Policy, Request, Resolve, is_global};
use linkyard_testkit::{Answer, Provider};
use serde_json::json;

/// Answers every name with the same addresses.
struct Fixed(Vec<IpAddr>);

impl Resolve for Fixed {
    fn addresses(
        &self,
        _: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

fn get(url: &str) -> Request {
    Request {
        method: Method::GET,
        url: url.parse().unwrap(),
        headers: HeaderMap::new(),
        body: None,
    }
}

fn strict() -> Client {
    Client::new(Policy::strict(), Options::default()).unwrap()
}

fn listed(provider: &Provider, options: Options) -> Client {
    Client::new(
        Policy::strict()
            .allow_host_port(&provider.host_port())
            .unwrap(),
        options,
    )
    .unwrap()
}

#[test]
fn net_2_only_the_public_internet_is_global() {
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!is_global(address.parse().unwrap()), "{address}");
    }
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "2001:4860:4860::8888",
        "2003::1",
    ] {
        assert!(is_global(address.parse().unwrap()), "{address}");
    }
}

#[tokio::test]
async fn net_2_spellings_of_internal_addresses_are_refused() {
    let client = strict();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "0xa9fea9fe",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "10.1",
        "192.168.257",
        "１２７.0.0.1",
        "127.0.0.1.",
        "localhost",
        "user:pw@1.1.1.1",
    ] {
        for port in ["", ":1", ":8443"] {
            let Ok(url) = format!("https://{host}{port}/x").parse::<url::Url>() else {
                continue;
            };
            let request = Request {
                url,
                ..get("https://x.example/")
            };
            assert!(
                matches!(client.send(request).await, Err(Error::Refused)),
                "{host}{port}"
            );
        }
    }
}

#[tokio::test]
async fn net_2_a_name_with_one_internal_address_is_refused() {
    for addresses in [
        vec!["127.0.0.1"],
        vec!["1.1.1.1", "10.0.0.1"],
        vec!["::ffff:127.0.0.1"],
        vec![],
    ] {
        let addresses = addresses
            .into_iter()
            .map(|address| address.parse().unwrap())
            .collect();
        let client = Client::with_resolver(
            Policy::strict(),
            Options::default(),
            Arc::new(Fixed(addresses)),
        )
        .unwrap();
        let outcome = client.send(get("https://acme.example/")).await;
        assert!(matches!(outcome, Err(Error::Refused)), "{outcome:?}");
    }
}

#[tokio::test]
async fn net_4_clear_http_is_refused_unless_listed() {
    assert!(matches!(
        strict().send(get("http://1.1.1.1/")).await,
        Err(Error::Refused)
    ));
    assert!(matches!(
        strict().send(get("ftp://1.1.1.1/")).await,
        Err(Error::Refused)
    ));
    let provider = Provider::scripted(vec![Answer::json(200, &json!({}))]).await;
    let client = listed(&provider, Options::default());
    assert_eq!(client.send(get(&provider.url())).await.unwrap().status, 200);
    let other = Provider::scripted(vec![Answer::json(200, &json!({}))]).await;
    assert!(matches!(
        client.send(get(&other.url())).await,
        Err(Error::Refused)
    ));
    assert!(other.requests().is_empty());
}

#[test]
fn net_3_a_value_that_does_not_parse_is_named() {
    for value in [
        "",
        "host",
        "host:",
        ":80",
        "host:0",
        "host:65536",
        "host:-1",
        "host:+1",
        "*:80",
        "a/b:80",
        "a b:80",
        "::1:80",
    ] {
        let error = Policy::strict().allow_host_port(value).unwrap_err();
        assert!(error.to_string().contains(&format!("`{value}`")), "{error}");
    }
    let policy = Policy::strict()
        .allow_host_port("LOCALHOST:80")
        .unwrap()
        .allow_host_port("[::1]:81")
        .unwrap();
    assert_eq!(
        policy.loosened().collect::<Vec<_>>(),
        ["[::1]:81", "localhost:80"]
    );
}

#[tokio::test]
async fn net_8_a_body_over_the_cap_is_refused() {
    let provider =
        Provider::scripted(vec![Answer::bytes(200, "text/plain", vec![b'x'; 5000])]).await;
    let client = listed(
        &provider,
        Options {
            max_body: 4999,
            ..Options::default()
        },
    );
    assert!(matches!(
        client.send(get(&provider.url())).await,
        Err(Error::TooLarge { what: "body" })
    ));
}

#[tokio::test]
async fn net_9_a_silent_server_is_given_up_in_time() {
    let answer = Answer::json(200, &json!({})).after(Duration::from_secs(20));
    let provider = Provider::scripted(vec![answer]).await;
    let client = listed(
        &provider,
        Options {
            first_byte: Duration::from_millis(300),
            ..Options::default()
        },
    );
    let start = Instant::now();
    let outcome = client.send(get(&provider.url())).await;
    assert!(
        matches!(outcome, Err(Error::Timeout { sent: true })),
        "{outcome:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn net_9_a_closed_port_and_a_server_without_tls_are_told_apart() {
    let provider = Provider::scripted(vec![Answer::json(200, &json!({}))]).await;
    let client = listed(&provider, Options::default());
    let outcome = client
        .send(get(&provider.url().replace("http:", "https:")))
        .await;
    assert!(matches!(outcome, Err(Error::Tls(_))), "{outcome:?}");
    let (address, url) = (provider.host_port(), provider.url());
    drop(provider);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let client = Client::new(
        Policy::strict().allow_host_port(&address).unwrap(),
        Options::default(),
    )
    .unwrap();
    let outcome = client.send(get(&url)).await;
    assert!(matches!(outcome, Err(Error::Connect(_))), "{outcome:?}");
    assert!(!outcome.unwrap_err().may_have_been_sent());
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let answer = Answer::json(307, &json!({})).with_header("location", "https://evil.example/");
    let provider = Provider::scripted(vec![answer]).await;
    let answer = listed(&provider, Options::default())
        .send(get(&provider.url()))
        .await
        .unwrap();
    assert_eq!(answer.status, 307);
}
