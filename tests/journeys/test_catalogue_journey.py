"""From a catalogue to what the site says of its products, with real processes."""

from pathlib import Path
from typing import Any

from tests.journeys.stack import Stack, eventually, page, running

QUESTION = "<h2>How large is it?</h2><p>" + "It is 40 cm high and its shade is 20 cm wide. " * 3 + "</p>"


def product(name: str, price: str, shown: str) -> str:
    markup = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", '
        f'"name": "{name}", "sku": "{name.upper()}", "brand": {{"@type": "Brand", "name": "Lumen"}}, '
        f'"offers": {{"@type": "Offer", "price": "{price}", "priceCurrency": "EUR", '
        '"availability": "InStock"}}</script>'
    )
    body = f"<p>{shown} €. In stock. Made from steel. Two years of warranty.</p>{QUESTION}</main>"
    return page(name, "/").replace("</head>", f"{markup}</head>").replace("</main>", body)


PAGES = {
    "/": page("Home of lamps", "/products/lamp", "/products/lantern", "/about"),
    "/about": page("About our lamps", "/"),
    "/products/lamp": product("Lamp", "39.00", "39.00"),
    "/products/lantern": product("Lantern", "25.00", "29.00"),
}
CATALOGUE = """id,title,sku,price,currency,link,availability
A1,Lamp,LAMP,39.00,EUR,/products/lamp,in stock
B2,Lantern,LANTERN,29.00,EUR,/products/lantern,in stock
C3,Candle,CANDLE,5.00,EUR,/products/candle,in stock
"""


def entities(stack: Stack, project_id: str, query: str = "") -> dict[str, Any]:
    return stack.call("GET", f"/projects/{project_id}/entities{query}")


def import_catalogue(stack: Stack, project_id: str, text: str) -> dict[str, Any]:
    with stack.api as api:
        response = api.put(f"/projects/{project_id}/products", content=text, headers={"Content-Type": "text/csv"})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_from_a_catalogue_to_what_contradicts_it(
    postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path
) -> None:
    with running(PAGES, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.start_api()
        project_id = stack.create_project()
        assert import_catalogue(stack, project_id, CATALOGUE)["created"] == 3
        assert import_catalogue(stack, project_id, CATALOGUE)["unchanged"] == 3
        assert entities(stack, project_id)["crawlId"] is None

        stack.start_worker()
        stack.recompute(project_id)
        stack.scored(project_id)
        first = eventually(lambda: entities(stack, project_id)["crawlId"], what="the entities")
        found = entities(stack, project_id)
        assert found["counts"]["product"] == 3
        by_name = {item["name"]: item for item in found["items"] if item["kind"] == "product"}
        assert by_name["Lamp"]["conflicts"] == []
        (conflict,) = by_name["Lantern"]["conflicts"]
        assert conflict["field"] == "price"
        assert {value["value"]: value["sources"] for value in conflict["values"]} == {
            "29.00": ["catalogue", "text"], "25.00": ["json-ld"],
        }  # fmt: skip
        assert by_name["Candle"]["pages"] == 0
        conflicting = entities(stack, project_id, "?conflicts=true")["items"]
        assert [item["name"] for item in conflicting] == ["Lantern"]
        assert [item["name"] for item in entities(stack, project_id, "?kind=brand")["items"]][-1] == "Lumen"

        answers = eventually(
            lambda: (answer := stack.call("GET", f"/projects/{project_id}/answers"))["crawlId"] and answer,
            what="the answers",
        )
        assert answers["summary"]["productPages"] == 2
        lamp = next(item for item in answers["items"] if item["url"].endswith("/products/lamp"))
        assert {"size", "material", "warranty"} <= set(lamp["answered"])
        assert "care" in lamp["open"]
        (question,) = [answer for answer in lamp["answers"] if answer["form"] == "question"]
        assert (question["question"], question["strength"]) == ("How large is it?", 1.0)
        assert question["answer"].startswith("It is 40 cm high")
        path = f"/projects/{project_id}/answers?question=care&limit=1"
        care = stack.call("GET", path)
        assert len(care["items"]) == 1
        rest = stack.call("GET", f"{path}&cursor={care['nextCursor']}")
        assert {care["items"][0]["url"], rest["items"][0]["url"]} == {
            f"{stack.site.origin}/products/{name}" for name in ("lamp", "lantern")
        }

        # the shop mends one price and breaks the other page
        stack.site.pages["/products/lantern"] = product("Lantern", "29.00", "29.00")
        stack.site.pages["/products/lamp"] = page("Lamp", "/")
        stack.recompute(project_id, crawl="always")
        second = eventually(
            lambda: (run := entities(stack, project_id)["crawlId"]) != first and run,
            what="the entities of the new crawl",
        )
        assert second
        assert entities(stack, project_id, "?conflicts=true")["items"] == []
        eventually(lambda: len(stack.snapshots(project_id)) == 2, what="the second score")
        compared = stack.call("GET", f"/projects/{project_id}/deo-score/compare")
        assert compared["delta"] == compared["to"]["overall"] - compared["from"]["overall"]
        assert any("lost the markup" in text for signal in compared["signals"] for text in signal["texts"])


def test_a_killed_worker_loses_no_entities(
    postgres_url: str, redis_url: str, redis_prefix: str, tmp_path: Path
) -> None:
    with running(PAGES, database_url=postgres_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.start_api()
        project_id = stack.create_project()
        stack.recompute(project_id)
        first = stack.start_worker("--queues", "crawl,deo_score_queue")
        stack.scored(project_id)
        first.kill()
        first.wait()
        assert entities(stack, project_id)["crawlId"] is None
        stack.start_worker("--queues", "events,entity_queue")
        eventually(lambda: entities(stack, project_id)["crawlId"], what="the entities")
        assert stack.call("GET", f"/projects/{project_id}/answers")["crawlId"] is None
        stack.start_worker("--queues", "answer_queue")
        eventually(lambda: stack.call("GET", f"/projects/{project_id}/answers")["crawlId"], what="the answers")
