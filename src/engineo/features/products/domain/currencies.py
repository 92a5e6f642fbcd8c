"""ISO 4217: currencies in use, how many decimals they have, and signs that mean one of them."""

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
DECIMALS = {code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()}

# Signs that mean one currency only; "$", "kr" and "¥" do not, and leave the currency open.
SIGNS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "R$": "BRL", "MX$": "MXN", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB",
    "₴": "UAH", "₫": "VND", "₪": "ILS", "₱": "PHP", "฿": "THB", "zł": "PLN", "Kč": "CZK", "Fr.": "CHF",
}  # fmt: skip
OPEN_SIGNS = ("$", "¥", "kr.", "kr", "Kr", "Rs.", "Rs")

# What a sign on a page may stand for; a page that shows none of a currency's signs shows another currency.
SHOWN_AS: dict[str, frozenset[str]] = {
    "€": frozenset(("EUR",)),
    "£": frozenset(("GBP", "EGP", "FKP", "GIP", "SHP", "LBP", "SYP")),
    "¥": frozenset(("JPY", "CNY")),
    "₹": frozenset(("INR",)),
    "₩": frozenset(("KRW", "KPW")),
    "zł": frozenset(("PLN",)),
    "kč": frozenset(("CZK",)),
    " kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
    "$": frozenset(
        (
            *("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS", "BRL", "UYU", "DOP", "BBD"),
            *("BMD", "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD"),
        )
    ),
}
