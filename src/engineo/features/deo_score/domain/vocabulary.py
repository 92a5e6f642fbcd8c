"""Closed lists: kinds of structured data and the page names by which shops call their service pages."""

from engineo.features.deo_score.domain.word_lists import words

# Subtypes as far as they are used; an unknown subtype of these is not recognised.
PRODUCT_TYPES = words(
    """
    Product ProductGroup ProductModel IndividualProduct SomeProducts ProductCollection Vehicle Car
    """
)
ARTICLE_TYPES = words(
    """
    Article NewsArticle BlogPosting TechArticle ScholarlyArticle Report SocialMediaPosting LiveBlogPosting
    AnalysisNewsArticle BackgroundNewsArticle OpinionNewsArticle ReportageNewsArticle ReviewNewsArticle
    AdvertiserContentArticle DiscussionForumPosting APIReference
    """
)
OTHER_ARTICLE_TYPES = words(
    """
    Review Recipe HowTo Book Event VideoObject SoftwareApplication Course JobPosting MobileApplication
    WebApplication CriticReview UserReview BusinessEvent MusicEvent EducationEvent
    """
)
REVIEW_TYPES = frozenset(("Review", "CriticReview", "UserReview"))
COLLECTION_TYPES = frozenset(("CollectionPage", "ItemList", "OfferCatalog", "Blog"))
BRAND_PAGE_TYPES = {"AboutPage": "about", "ContactPage": "contact", "FAQPage": "faq"}
WEBSITE_TYPES = frozenset(("WebSite",))
ORGANIZATION_TYPES = words(
    """
    Organization Corporation OnlineBusiness OnlineStore NGO NewsMediaOrganization EducationalOrganization
    CollegeOrUniversity School GovernmentOrganization MedicalOrganization PerformingGroup MusicGroup
    ResearchOrganization SportsOrganization SportsTeam Airline Consortium LibrarySystem Project FundingScheme
    WorkersUnion PoliticalParty LocalBusiness Store Restaurant CafeOrCoffeeShop Bakery BarOrPub
    FoodEstablishment Hotel LodgingBusiness BedAndBreakfast Hostel ProfessionalService LegalService Attorney
    AccountingService FinancialService BankOrCreditUnion InsuranceAgency RealEstateAgent TravelAgency
    MedicalBusiness MedicalClinic Dentist Physician Pharmacy Hospital HealthAndBeautyBusiness BeautySalon
    HairSalon DaySpa HealthClub AutomotiveBusiness AutoDealer AutoRepair HomeAndConstructionBusiness Electrician
    Plumber GeneralContractor EntertainmentBusiness SportsActivityLocation ClothingStore ShoeStore JewelryStore
    BookStore ElectronicsStore FurnitureStore HardwareStore HomeGoodsStore GroceryStore LiquorStore PetStore
    ToyStore SportingGoodsStore BikeStore GardenStore Florist OfficeEquipmentStore ComputerStore
    MobilePhoneStore DepartmentStore ConvenienceStore WholesaleStore Library ChildCare
    """
)
AVAILABILITY = words(
    """
    BackOrder Discontinued InStock InStoreOnly LimitedAvailability MadeToOrder OnlineOnly OutOfStock PreOrder
    PreSale Reserved SoldOut
    """
)
CURRENCIES = words(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """
)

# The seven kinds of service page, by the last path segment (extension removed).
POLICY_KINDS = frozenset(("privacy", "terms", "shipping", "returns"))
_KIND_NAMES = {
    "about": """about about-us aboutus about_us our-story company who-we-are whoweare
        impressum imprint ueber-uns uber-uns
        über-uns a-propos qui-sommes-nous chi-siamo sobre sobre-nosotros quienes-somos nosotros over-ons sobre-nos
        quem-somos om-oss""",
    "contact": """contact contact-us contactus contact_us kontakt contacto contactez-nous nous-contacter contatti
        contattaci contato contacte-nos fale-conosco contacteer-ons""",
    "faq": """faq faqs help help-center support questions frequently-asked-questions hilfe haeufige-fragen aide ayuda
        preguntas-frecuentes domande-frequenti aiuto veelgestelde-vragen perguntas-frequentes ajuda""",
    "privacy": """privacy privacy-policy privacypolicy privacy-notice datenschutz datenschutzerklaerung
        datenschutzerklärung confidentialite politique-de-confidentialite privacidad politica-de-privacidad
        informativa-privacy privacybeleid privacidade politica-de-privacidade""",
    "terms": """terms terms-of-service terms-of-use terms-and-conditions terms-conditions tos conditions agb
        nutzungsbedingungen cgv cgu conditions-generales condiciones terminos-y-condiciones termini-e-condizioni
        condizioni algemene-voorwaarden voorwaarden termos termos-e-condicoes legal""",
    "shipping": """shipping shipping-policy shipping-delivery delivery shipping-info versand versandkosten
        versand-und-lieferung lieferung livraison expedition envio envios spedizione spedizioni verzending bezorging
        entrega frete""",
    "returns": """returns return-policy returns-policy refund-policy refunds refund returns-exchanges widerruf
        widerrufsrecht widerrufsbelehrung ruecksendung rueckgabe retours retour politique-de-retour devoluciones resi
        reso rimborsi retourneren devolucoes""",
}
KIND_OF_SEGMENT = {name: kind for kind, names in _KIND_NAMES.items() for name in names.split()}
KINDS = tuple(_KIND_NAMES)

PRODUCT_SEGMENTS = words("product products produkt produkte produit producto prodotto item dp p")
COLLECTION_SEGMENTS = words(
    """
    collection collections category categories kategorie kategorien categorie c shop store brands catalog
    """
)
ARTICLE_SEGMENTS = words(
    """
    blog blogs news article articles post posts magazine journal guide guides stories
    """
)

NOT_FOUND_TITLES = (
    *("404", "page not found", "not found", "error 404", "page does not exist", "page doesn t exist", "nothing found"),
    *("seite nicht gefunden", "seite existiert nicht", "page introuvable", "page non trouvée", "no encontrada"),
    *(
        "no se ha encontrado",
        "pagina non trovata",
        "pagina niet gevonden",
        "página não encontrada",
        "sidan hittades inte",
    ),
)

# ISO 639-1
LANGUAGES = words(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw
    ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm
    sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """
)
