"""Function words of seven languages in one set, and link texts that say nothing.

One union for all pages: choosing the list by the language a page declares would let `lang` change the score.
"""

from engineo.features.deo_score.domain.word_lists import words

_EN = """a about above after again against all also am an and any are as at be because been before being below between
both but by can could did do does doing down during each either few for from further had has have having he her here
hers him his how i if in into is it its itself just may me might more most must my no nor not now of off on once only
or other our ours out over own per shall she should so some such than that the their theirs them then there these they
this those through to too under until up upon us very was we were what when where which while who whom whose why will
with within without would you your yours it's don't doesn't isn't aren't can't won't we're you're i'm that's let's"""
_DE = """aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da
damit dann das dass daß dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort
du durch ein eine einem einen einer eines er es etwas euch euer für gegen habe haben hat hatte hier hinter ich ihm ihn
ihnen ihr ihre ihrem ihren ihrer im in ist ja jede jedem jeden jeder jedes kann kein keine können man mehr mein meine
mich mir mit muss nach nicht noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so soll
sondern über um und uns unser unsere unter vom von vor war waren was weil wenn werden wie wieder will wir wird wo zu
zum zur zwischen"""
_ES = """al algo algunos ante antes como con contra cual cuando de del desde donde durante e el ella ellas ellos en
entre era es esa esas ese eso esos esta están estas este esto estos fue ha hasta hay la las le les lo los mas más me
mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os otra otro para pero poco por porque que qué quien se sea
según ser si sí sin sobre son su sus también tan te tiene todo todos tu tus un una unas uno unos y ya yo"""
_FR = """à ai ainsi au aucun aussi autre aux avec avoir c'est car ce ceci cela ces cet cette ceux chaque chez comme
comment d'un d'une dans de des donc dont du elle elles en encore entre est et être eu eux fait il ils j'ai je jusque
l'on la le les leur leurs lors lui ma mais me même mes moi mon n'est ne ni nos notre nous on ont ou où par pas peu
peut plus pour pourquoi qu'il qu'on quand que quel quelle qui sa sans se ses si son sont sous sur ta tes toi ton tous
tout toute toutes très tu un une vos votre vous y été"""
_IT = """ad agli ai al alla alle allo anche ancora avere c'è che chi ci coi col come con contro cui da dagli dai dal
dalla dalle dallo degli dei del dell della delle dello di dove e è ed era essere fra gli ha hanno ho i il in io la le
lei li lo loro lui ma mi mia mio molto ne negli nei nel nella nelle nello noi non nostra nostro o ogni oppure per
perché però più poi quale quando quella quelle quello questa queste questi questo qui se sei senza si sia siamo solo
sono sta su sua sue sugli sui sul sulla sulle suo suoi tra tu tua tuo tutti tutto un una uno vi voi"""
_NL = """aan al alle alles als altijd ander andere ben bij daar dan dat de den der deze die dit doch doen door dus een
eens en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je jij jou jouw
kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons onze ook op over
reeds te tegen toch toen tot u uit uw van veel voor want waren was wat we wel werd wezen wie wij wil worden wordt zal
ze zelf zich zij zijn zo zonder zou"""
_PT = """à ao aos apenas aquela aquele aquilo as às até cada com como da das de dela dele deles depois do dos e é ela
elas ele eles em entre era essa essas esse esses esta está estas este estes eu foi há isso isto já lhe mais mas me
mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o os ou para pela pelas pelo pelos por porque
qual quando que quem são se sem ser seu seus sim só sob sobre sua suas também te tem teu tu tua tudo um uma umas uns
você vocês"""

STOPWORDS: frozenset[str] = words(f"{_EN} {_DE} {_ES} {_FR} {_IT} {_NL} {_PT}")

# Texts of links that do not say where they lead: those of Lighthouse's link-text audit in all its languages, and more.
GENERIC_LINK_TEXTS: frozenset[str] = frozenset(
    {
        *("here", "right here", "click", "click here", "click this", "click me", "go", "go here", "start", "this"),
        *("this page", "link", "this link", "more", "more info", "more information", "information", "info", "details"),
        *("read more", "learn more", "see more", "see here", "show more", "view more", "view", "find out more", "next"),
        *("hier", "hier klicken", "klicke hier", "klicken sie hier", "mehr", "mehr erfahren", "mehr lesen", "siehe"),
        *("weiterlesen", "weiter", "mehr infos", "mehr informationen", "zum artikel", "dies", "das"),
        *("ici", "cliquez ici", "lire la suite", "lire plus", "en savoir plus", "voir plus", "plus d infos"),
        *("aquí", "aqui", "haz clic aquí", "clic aquí", "click aquí", "click aqui", "clicka aquí", "clicka aqui"),
        *("pincha aquí", "pincha aqui", "leer más", "más información", "más informacion", "mas información"),
        *("mas informacion", "más", "mas", "ver más", "saber más", "este", "enlace", "este enlace", "empezar"),
        *("qui", "clicca qui", "leggi tutto", "leggi di più", "scopri di più", "continua", "di più"),
        *("klik hier", "lees meer", "meer", "meer informatie", "meer lezen"),
        *("clique aqui", "ir", "leia mais", "ler mais", "saiba mais", "mais", "mais informação"),
        *("mais informações", "veja mais", "ver mais"),
        *("läs mer", "klicka här", "här", "mer", "mer info", "mer information"),
        *("ここをクリック", "こちらをクリック", "こちら", "リンク", "続きを読む", "続く", "全文表示", "詳細"),
        *("여기", "여기를 클릭", "클릭", "링크", "자세히", "자세히 보기", "더보기", "계속", "이동", "전체 보기"),
        *("点击这里", "更多", "اقرأ المزيد"),
        *("அடுத்த பக்கம்", "மறுபக்கம்", "முந்தைய பக்கம்", "முன்பக்கம்", "மேலும் அறிக", "மேலும் தகவலுக்கு"),
        *("மேலும் தரவுகளுக்கு", "தயவுசெய்து இங்கே அழுத்தவும்", "இங்கே கிளிக் செய்யவும்"),
        *("اطلاعات بیشتر", "اطلاعات", "این", "اینجا بزنید", "اینجا کلیک کنید", "اینجا", "برو"),
        *("بیشتر بخوانید", "بیشتر بدانید", "بیشتر", "شروع"),
    }
)
