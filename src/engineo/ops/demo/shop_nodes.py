"""Structured data of the demo shop, as JSON-LD items without their context. `origin` begins every URL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engineo.ops.demo.prose import questions

Node = Mapping[str, Any]
CURRENCY = "GBP"


def organization(site: Mapping[str, Any], origin: str) -> Node:
    return {
        "@type": "Organization",
        "@id": f"{origin}/#organization",
        "name": site["name"],
        "url": f"{origin}/",
        "logo": f"{origin}/images/shop.svg",
        "description": site["tagline"],
        "email": site["email"],
        "telephone": site["telephone"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": site["street"],
            "addressLocality": site["town"],
            "addressCountry": site["country"],
        },
        "sameAs": site["profiles"],
    }


def website(site: Mapping[str, Any], origin: str) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{origin}/#website",
        "name": site["name"],
        "url": f"{origin}/",
        "publisher": {"@id": f"{origin}/#organization"},
    }


def collection(entry: Mapping[str, Any], url: str, origin: str, products: Iterable[str]) -> Node:
    items = [{"@type": "ListItem", "position": place, "url": at} for place, at in enumerate(products, start=1)]
    return {
        "@type": "CollectionPage",
        "name": entry["title"],
        "url": url,
        "isPartOf": {"@id": f"{origin}/#website"},
        "mainEntity": {"@type": "ItemList", "itemListElement": items},
    }


def product(entry: Mapping[str, Any], url: str, origin: str, flaws: frozenset[str]) -> Node:
    offer = {
        "@type": "Offer",
        "url": url,
        "price": "39.00" if "wrong-price" in flaws else entry["price"],
        "priceCurrency": CURRENCY,
        "availability": "https://schema.org/InStock",
    }
    node = {
        "@type": "Product",
        "@id": f"{url}#product",
        "name": entry["name"],
        "sku": entry["sku"],
        "brand": {"@id": f"{origin}/#organization"},
        "image": f"{origin}/images/{entry['slug']}.svg",
        "description": entry["summary"],
        "offers": _without(offer, "price" if "no-offer-price" in flaws else ""),
    }
    return _without(node, "description" if "no-markup-description" in flaws else "")


def article(entry: Mapping[str, Any], url: str, origin: str) -> Node:
    node = {
        "@type": "BlogPosting",
        "headline": entry["title"],
        "description": entry["summary"],
        "author": {"@type": "Person", "name": entry["author"]},
        "publisher": {"@id": f"{origin}/#organization"},
        "mainEntityOfPage": url,
        "image": f"{origin}/images/shop.svg",
    }
    if "published" not in entry:
        return node
    published = entry["published"]
    return {**node, "datePublished": str(published), "dateModified": str(entry.get("modified", published))}


def faq(text: str) -> Node:
    asked = [
        {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
        for question, answer in questions(text)
    ]
    return {"@type": "FAQPage", "mainEntity": asked}


def breadcrumbs(trail: Sequence[tuple[str, str]], origin: str) -> Node:
    """`trail` holds (name, path) from the home page to the page itself."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": origin + path}
        for place, (name, path) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _without(node: Node, key: str) -> Node:
    return {name: value for name, value in node.items() if name != key}
