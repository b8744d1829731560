//! Which addresses are the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::{Ipv4Net, Ipv6Net};

/// IPv4 blocks that are not the public internet: RFC 6890 and its successors, and one cloud's metadata address that
/// lies in ordinary space.
const V4_BLOCKS: [([u8; 4], u8); 19] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([168, 63, 129, 16], 32),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// IPv6 blocks inside `2000::/3` that are not ordinary unicast: protocol assignments with Teredo and ORCHID,
/// documentation, 6to4.
const V6_BLOCKS: [([u16; 8], u8); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

static V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    V4_BLOCKS
        .iter()
        .map(|&(address, prefix)| Ipv4Net::new_assert(Ipv4Addr::from(address), prefix))
        .collect()
});

static V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| {
    V6_BLOCKS
        .iter()
        .map(|&(address, prefix)| Ipv6Net::new_assert(Ipv6Addr::from(address), prefix))
        .collect()
});

/// The space that is given out for ordinary IPv6 unicast. Everything outside it (loopback, mapped, NAT64, unique local,
/// link local, multicast and whatever comes) is refused without being named.
static V6_UNICAST: LazyLock<Ipv6Net> =
    LazyLock::new(|| Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3));

/// Whether `address` is on the public internet. Forms that wrap an IPv4 address in an IPv6 one are not, whatever they
/// wrap.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !V4.iter().any(|block| block.contains(&address)),
        IpAddr::V6(address) => {
            V6_UNICAST.contains(&address) && !V6.iter().any(|block| block.contains(&address))
        }
    }
}
