//! Whether to go through a proxy, decided as Go's `net/http` does it, and not as kube 5.0.0: that matches `NO_PROXY` against the address
//! of the proxy instead of the server's, and fails on an empty entry.

use http::Uri;
use std::net::IpAddr;

/// The environment that matters, injectable for tests.
pub(super) struct Environment<'e> {
    /// looks up a variable
    pub get: &'e dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    fn first(&self, names: [&str; 2]) -> Option<String> {
        names.iter().find_map(|n| (self.get)(n)).filter(|v| !v.trim().is_empty())
    }

    /// The proxy for a server: what the kubeconfig says, else the environment's unless the server is excepted.
    pub(super) fn proxy(&self, server: &Uri, configured: Option<&str>) -> Option<String> {
        if let Some(url) = configured.filter(|u| !u.is_empty()) {
            return Some(url.to_owned());
        }
        let https = server.scheme_str() == Some("https");
        let names = if https { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
        let url = self.first(names)?;
        let except = self.first(["NO_PROXY", "no_proxy"]).unwrap_or_default();
        (!excepted(server, &except)).then(|| if url.contains("://") { url } else { format!("http://{url}") })
    }
}

fn excepted(server: &Uri, list: &str) -> bool {
    let host = server.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_lowercase();
    let host = host.trim_end_matches('.');
    let port = server.port_u16().unwrap_or(if server.scheme_str() == Some("http") { 80 } else { 443 });
    let ip: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
        return true;
    }
    list.split([',', ' ']).map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some((net, bits)) = entry.split_once('/') {
            return match (ip, net.parse::<IpAddr>(), bits.parse::<u32>()) {
                (Some(ip), Ok(net), Ok(bits)) => in_network(ip, net, bits),
                _ => false,
            };
        }
        if entry.parse::<IpAddr>().is_ok() {
            return entry == host;
        }
        let (name, wanted) = match entry.rsplit_once(':') {
            Some((n, p)) if !n.contains(':') || n.starts_with('[') => {
                (n.trim_matches(['[', ']']), p.parse::<u16>().ok())
            }
            _ => (entry.as_str(), None),
        };
        if wanted.is_some_and(|p| p != port) {
            return false;
        }
        let name = name.strip_prefix('*').unwrap_or(name);
        match name.strip_prefix('.') {
            Some(domain) => host.len() > name.len() && host.ends_with(name) && !domain.is_empty(),
            None => host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')),
        }
    })
}

fn in_network(ip: IpAddr, net: IpAddr, bits: u32) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(ip) & mask == u32::from(net) & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(ip) & mask == u128::from(net) & mask
        }
        _ => false,
    }
}

/// A proxy's URL without its password, to show.
pub(super) fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host)),
        None => url.rsplit_once('@').map_or(url, |(_, host)| host).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(server: &str, no_proxy: &str) -> bool {
        let get = |name: &str| match name {
            "HTTPS_PROXY" => Some("proxy.example:3128".to_owned()),
            "NO_PROXY" => Some(no_proxy.to_owned()),
            _ => None,
        };
        Environment { get: &get }.proxy(&server.parse().unwrap(), None).is_some()
    }

    #[test]
    fn no_proxy_is_matched_against_the_server() {
        assert!(goes("https://10.0.0.1:6443", ""));
        assert!(!goes("https://10.0.0.1:6443", "10.0.0.1"));
        assert!(!goes("https://10.0.0.1:6443", "10.0.0.0/8,"), "an empty entry means nothing");
        assert!(goes("https://10.0.0.1:6443", "10.0.0.0/33, 10.0.1.0/24"));
        assert!(!goes("https://[fd00::1]:6443", "fd00::/8"));
        assert!(!goes("https://api.example.com", "example.com"));
        assert!(!goes("https://api.example.com", ".example.com"));
        assert!(!goes("https://api.example.com", "*.example.com"));
        assert!(goes("https://example.com", ".example.com"));
        assert!(goes("https://badexample.com", "example.com"));
        assert!(!goes("https://api.example.com", "*"));
        assert!(!goes("https://api.example.com:6443", "api.example.com:6443"));
        assert!(goes("https://api.example.com:6443", "api.example.com:443"));
        assert!(!goes("https://127.0.0.1:6443", ""));
        assert!(!goes("https://localhost", ""));
        assert!(goes("https://proxyless.example", "proxy.example"), "the proxy's own name excepts nothing");
    }

    #[test]
    fn the_kubeconfig_comes_first() {
        let none = |_: &str| None;
        let e = Environment { get: &none };
        let server = "https://10.0.0.1".parse().unwrap();
        assert_eq!(e.proxy(&server, Some("socks5://p:1080")).as_deref(), Some("socks5://p:1080"));
        assert_eq!(e.proxy(&server, Some("")), None);
        assert_eq!(shown("http://user:pw@p:1"), "http://p:1");
    }
}
