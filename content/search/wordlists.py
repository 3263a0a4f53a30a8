"""Words with special treatment in a query, in lower case."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


STOP_WORDS = _set(
    """
    a about above actually afraid after again ago aint all almost already also although always am an and any anybody anyone anything
    anyways anywhere applies apply are arent argue argues arguing around as asap asked asks at aunt back basically bc be because been
    before behind being believe believes besides best between big bit both bought bring bringing brings btw buddy bunch but buy buying
    by caller callers can cannot cant care cares case cases certain client clients colleague come comes coming could couldnt cousin
    cover covered covers coworker curious currently cuz dad day days deal dealing deals define did didnt do does doesnt doing done dont
    dosent dude each either else enough ever every everything everywhere exact explain explained fella finally folk folks for friend
    from get gets getting give go goes going gonna got gotta great guess guessing guy guys had hadnt handle handled handles handling
    happen happened happens has hasnt have havent having he hear heard hello help her here herself hey hi himself his hope hopefully how
    however http https i if im in instead into is isnt it its itself ive job jobs just keep keeps kind know later let let's lets like
    listener look looked looking looks lot made make makes making many may maybe me mean meaning means meant meanwhile might mom moment
    more most much must my myself n near need needs neighbor neighbour nephew never new nice niece no nobody not nothing now nowadays
    nowhere obtain obtained obtaining of off often ok okay on once one ones only or other otherwise our ourselves out outfit over own
    pal people perhaps person please pls plz ppl pretty probably put putting quite r rather real really responsible rn role roles run
    runs said saw say says see seem seems seen sell selling send sending sent several shall she should shouldnt shouldve show simply
    sitting so sold some somebody somehow someone something sometimes somewhat somewhere somthing sorry sort stand stands still stop
    stopping stops story such supposed sure take takes talk talks tell than thank thanks that thats the their them themselves then there
    theres these they theyre theyve thing things thinking thinks this those though thought through thru thx till to told tonight tons
    too totally tried tries true truly try trying two ty tysm uncle under understand until up ur us use used uses using usually versus
    very vs w wanna want wanted wants was wasnt wat way we well were werent weve what whatever whats when whenever where wheres whether
    which while who whom whos whose why will wish with within without won wonder wondering wonders wont work working works would wouldnt
    www ya yeah yes yet yo you your youre yourself yourselves youve
    """
)
"""Words that carry a question but not its subject."""

FUNCTION_WORDS = _set(
    """
    a about actually aint also although am an and any anyway anyways are arent as at bc be because been being btw but by can cant could
    couldnt cuz did didnt do does doesnt doing done dont even ever exactly for from get gets gonna got had hadnt has hasnt have havent
    having he hello her herself hey hi himself his hopefully how however i if im in into is isnt it its itself ive just let me might my
    myself n now of ok okay on one only or other our ourselves perhaps please pls plz pretty probably r really roughly she should
    shouldnt simply so some somehow sorry still such sure than that thats the their them themselves then there theres these they theyre
    theyve this those thx to too ty tysm u ur versus vs w wanna was wasnt wat we were werent weve what whats when where which while who
    whom whos whose why will with wont would wouldnt ya yeah yes yo you your youre yourself yourselves youve
    """
)
"""Stop words that never tell one statement from another."""

QUESTION_WORDS = _set(
    "are can could did do does has have how is may must should was were what whats when where which who whom whos whose why will"
)
"""First words of a question."""

REPORTED = _set(
    """
    cheater cheaters company competitor crook exporter factory firm fraud her him importer it neighbor one people person rival scam
    scammer seller smuggler smuggling somebody someone store supplier that them these they this those vendor violation violations
    """
)
"""Who or what is reported for a wrong, as opposed to a figure on a form."""

CARRIERS = FUNCTION_WORDS | _set(
    """
    abbreviation acronym bring card define definition display explain explanation give help info information issue know letters like link
    look looking mean meaning means meant more need open overview page pages pti ptis question questions resource role see share short show
    site stand stands stood tell term topic view want wants website word words
    """
)
"""Words beside a name that only ask about it, or say its kind. "Who can file a protest" asks for more than "what is a protest"."""

JOINING = frozenset({"and", "or", "versus", "vs"})
"""Words that join two things: "duties and quotas"."""

NEUTRAL = _set(
    """
    agency america american area areas bureau business businesses call career cbp center charge companies company contact current
    customs definition department description email employee expert experts explanation external federal file find good goods gov
    government head import imported importer importers importing imports info inform information issue issues item items junior
    lead learn link links list main material mr ms need number office official old open overview page pages part phone position
    positions post priority problem problems product products program programs question questions read receive report
    reporting reports resource resources rule rules salary search section senior shipment shipments site staff start states
    subject subjects team term terms topic topics trade trades trading type types u united update updates us usa user view website
    week who word words year years
    """
)
"""Words that may be part of a name but mean little next to one."""

EVERYDAY = _set(
    """
    add alerts audit bill bills bond bonds brand brands calendar cape clothes collection collections conference conferences
    counsel cross drugs efficiency farm fee fees fiber finding fish food help hope interest is legal license licenses logo meeting
    meetings messages news origin payment payments pms preference protest recall recalls record records safety sign specialist
    statement statements tax taxes training valuation value
    """
)
"""Names that are everyday words: "bond" is enough, "James Bond" is not."""

GOODS = _set(
    """
    aluminum auto bag battery beef beer bicycle bike blanket blouse bra brass butter cabinet candle car carpet cheese chemical
    chip cigarette cloth clothes clothing coat copper cosmetic cotton curtain dairy denim diamond dress drug electronic engine
    fabric fiber fireworks fish flower food footwear fruit furniture garlic garment glove gold grain handbag hat helmet honey iron
    jacket jean jersey jewelry linen lithium lumber machine mattress meat medicine microchip milk nickel panel pant paper peanut
    perfume pesticide phone polyester purse rice rug seafood semiconductor shirt shoe shrimp silk silver sneaker sock solar steel
    sugar sweater thread tin tire tobacco towel toy truck tshirt tuna umbrella uniform vape vegetable watch wine wood wool yarn zinc
    """
)
"""Stems of goods, which tell less than what is wrong with them ("fake")."""

COUNTRIES = _set(
    """
    africa argentina asia australia austria bangladesh belgium brazil britain cambodia canada chile china chinese colombia denmark ecuador
    egypt england ethiopia europe european finland france germany german ghana greece guatemala haiti honduras hungary india indian
    indonesia ireland israel italy italian japan japanese jordan kenya korea korean laos malaysia mexico mexican morocco myanmar nepal
    netherlands nicaragua nigeria norway pakistan panama peru philippines poland portugal romania russia scotland singapore spain sweden
    switzerland swiss taiwan thailand turkey turkish uk ukraine vietnam vietnamese
    """
)
"""Where goods come from. One word each is enough here."""

TITLES = _set(
    """
    accountant administrator advisor agent analyst architect assistant associate attorney auditor broker captain chemist chief clerk
    commissioner consultant contractor coordinator counsel detective developer director dispatcher doctor driver economist engineer
    expert forwarder handler inspector intern investigator judge lawyer liaison manager nurse officer operator owner paralegal pilot
    planner programmer recruiter representative scientist secretary specialist statistician supervisor technician translator webmaster
    """
)
"""Last words of job titles: no role of ours answers "budget analyst"."""

ORDINARY = _set(
    """
    aboard accent adult advent albert appear arena assert assist assure attack auction audio audition automaton avert baker ball band
    basis basket bear beard bears bees begin bell bellow bend bending better biased bidding bind binge bitter blank blinding blow boar
    bone bonus boot bottle bound boys breath broad broken brook bull bullet butler cable cake camp cancer caper capital caption caret
    carlos carnet carnets carter chain chair chance chanting char charles checkbox cheek chess chick chili chill chin chopping clare
    clash clause cleaning clear close closet coach coast coded coherence comb commence commit committed committer compete competent
    compiled composition concert confidence confluence connection consent consist consul contest context contract contracted convergence
    cooking copier copy council craig crash cried criss crowned cured customer daily daisy damned dancer danger daniel daring dated
    decade decay defeat demise dental denver detection devise diary dire disc distract distraction district diver divine diving dock
    doll dome dose drag drift drown drum dual duel duly dumpling duped dusty earring easter elect emerge emergent empire evacuation even
    evolution excel excellent excite excuse explode expo extensive extent face faculty failed failing fairy fame fare farther fate feel
    fellow filer filmed filming filter fina fined finer finnish fire firing fist fixer fixing flake flight flood floral foot foremost
    forged forum frame framing francis freed freeze friction funded funding gain garage gary generalize genre globe grail grande gravy
    grin grove grow haired hairy halt hand hardest harvey hate heal healing helm helpless hiding hiking holger hoped horse hose
    importance important imposter infer inherent inner insect instinct intel intent intention interact intercept interlace internet
    interrupt intersect invest investor jack knockout lacked lackey lake latter layer laying leaking lean leaning lender lever leverage
    lien lifted line lined liner litter lively logan logic mali manger manifesto manuel marie marina mass massage mate maternal median
    meditation melting mental mess messed messing mine mini minimize misc mistress mode monkey monument mortal nearby neighbor norman
    notion notional novice opera orig outrage overnight overweight owned pack packed packing pain palace pane para parent paris park
    parse pasta patient patron pattern perform persecution persona pierce pint planet playing playoff plug poison poker polite pond
    ponder posing potent praying precedence precious prefer preset pride prime prince privacy prize probation produce prop proper
    properly protect pulse pure purge pursue quote raining ransom rational reacted received receiver reference regal regiment relied
    render repeat replay repost resign resort restless restraint retention reveal revealed revenge risen rooted routine ruining ruler
    safer sake satire save saying scandal scar scared score scored seeking semi sewing shaped shareholder shave shaved shaving sheep
    sheer shelf shift shire shirk shock shoot shooter shore shot shout shove shrine sing singe skate skirt slate slipping slope smarter
    smell snake snap soft sonar sort sorting spared specific spending spilled splash sport spread sprint spying stable stake stale stall
    stanford star stare stared staring starred starring starved starving statue steady steal steed steep stepped steven stitch stock
    strength string stripe strive stroke struck structured studio sturdy suck suction superb sure surely surge sweet swelling tale tape
    tasted tasting taxi temp tempo temporal temporarily terrorist text texting thief throat tiled timer toast tower tows traffic trail
    trailer trailing traitor transform transformation trap treasure tribal tribune tried trip tune understood underwent vague vale valve
    waiter wake warming wasting wheat whine white widow wince wind wishing witch withdrew wright yard
    """
)
"""English words that only look like a typo or a relative of ours."""

IRREGULAR = _pairs(
    """
    1st=first 2nd=second 3rd=third
    adviser=advisor aluminium=aluminum analyses=analysis atty=attorney cheque=check faked=fake faking=fake gov=government
    govt=government grey=gray hr=hour hrs=hour
    intl=international jewellery=jewelry mgmt=management mgt=management msg=message msgs=message nr=number
    prog=program programme=program programmes=program sec=section shpt=shipment shpts=shipment stat=statistic stats=statistic
    tyre=tire whs=warehouse whse=warehouse
    whses=warehouse written=write wrote=write yr=year yrs=year
    """
)
"""Word -> its stem, if the rules of `text.stem` do not give it."""

AMERICAN = _pairs("our=or tre=ter bre=ber mme=m cence=cense fence=fense ogue=og")
"""British ending -> American ending."""

ROOTS = _pairs(
    """
    began=begin begun=begin bought=buy broke=break broken=break brought=bring came=come caught=catch chose=choose chosen=choose felt=feel
    gave=give given=give grew=grow grown=grow held=hold hid=hide kept=keep knew=know known=know led=lead left=leave lost=lose meant=mean
    met=meet paid=pay ran=run rose=rise said=say sent=send shown=show sold=sell spent=spend spoke=speak spoken=speak stolen=steal
    added=add adding=add buying=buy ended=end ending=end owed=owe owing=owe paying=pay
    stuck=stick taken=take taught=teach thought=think took=take told=tell went=go withdrawn=withdraw withheld=withhold won=win
    """
) | _pairs("evade=evas evading=evas evaded=evas evades=evas writing=writ writer=writ write=writ analyz=analysis analyze=analysis")

SIMILAR = {
    query_root: tuple(roots.split("|"))
    for query_root, roots in _pairs(
        """
        writ=draft|develop|prepar draft=develop|prepar mak=develop check=inspect|audit|review review=inspect|audit
        examin=inspect|audit|analysis book=account|record factori=manufactur factory=manufactur court=litig lawsuit=litig
        sue=litig fine=penal talk=liaison teach=train number=statist measur=perform confiscat=seiz
        """
    ).items()
}
"""Root in queries -> roots that the content uses instead."""
