"""The modules of the product, in the order in which they start. Adding a feature is its folder and one line here."""

MODULES = (
    "engineo.ops.health",
    "engineo.ops.jobs",
    "engineo.ops.platform",
    "engineo.features.projects",
    "engineo.features.products",
    "engineo.features.crawling",
    "engineo.features.deo_score",
    "engineo.features.schedules",
    "engineo.features.entity_extraction",
    "engineo.features.answer_content",
    "engineo.ops.folders",
    "engineo.ops.demo",
    "engineo.ops.bench",
)
