"""Words of what people say about subscriptions in everyday words."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PUNCTUATION = '.,!?;:"“”'
COMMANDS = _set("subscribe unsubscribe subscriptions preview")
POLITE = _set(
    "please pls hey hi hello ok okay so just well now and bot tradebot can could can't would will may you i we i'd we'd i'll we'll"
)
WANTING = _set("want need like love prefer i'd we'd")
HOW = _set("how do does")
FILLERS = _set(
    "please pls me us the my our your this that these those a an all any here now channel chat in of again to it its them team everyone "
    "everybody everything thanks thank you from with for there anymore more current and bot indefinitely forever permanently while bit good"
)
PEOPLE = _set("me us everyone everybody this our the here")
SUBSCRIBED = _set("update updates alert alerts notification notifications digest digests summary summaries bulletin bulletins notified")
OURS = _set("update updates alert alerts notification notifications digest digests")
UPDATES = SUBSCRIBED | _set("notice notices message messages news report reports email emails post posts")
SUBSCRIPTIONS = _set("subscription subscriptions")
MUCH = _set("so too much many often less fewer few frequently that")
SENDING = _set("posting sending spamming getting receiving giving bothering messaging pinging emailing get receive send")
OBJECTS = FILLERS | UPDATES | SUBSCRIPTIONS | SENDING | _set("off out quiet silent silence hush")
STOPPING = _set("stop quit cease cancel end delete remove drop turn opt be no")
PHRASAL = _set("turn opt be no")
"""Words that stop nothing alone."""
ENDS = _set("cancel end delete remove drop stop")
ENDING = STOPPING
QUIET = _set("quiet silent silence hush")
PAUSING = _set("pause mute snooze silence suspend")
UNPAUSING = _set("unpause unmute unsnooze")
RESTARTING = _set("resume restart continue start")
RESUMING = UNPAUSING | RESTARTING
AGAIN = _set("afresh again anew over")
CHANGING = _set("make change switch set move put reschedule adjust shift convert update edit modify post send deliver get have")
NUMBER_WORDS = _set("number nr no")
WHAT_CHANGES = (
    OBJECTS | NUMBER_WORDS | _set("schedule time times zone timezone frequency cadence day delivery be on at only instead of rather than")
)
OWN = SUBSCRIPTIONS | _set("digest digests posting notifications alerts schedule cadence updates posts")
"""Nouns that are about subscriptions, not about trade."""
NOT = _set("don't dont")
WEEKEND = _set("weekend weekends saturday saturdays sunday sundays")
UNTIL = _set("until untill till til")
LASTING = _set("day week month year hour hr minute min now while bit good ever today tonight weekend")
HOLIDAY_WORDS = _set(
    "over during through until till after season holiday holidays vacation break christmas xmas new year years thanksgiving"
)
ASKING = _set("what which whats what's")
LISTING = ASKING | _set("list show see view check my our am are is")
GETTING = _set("do does will i we am are is get getting receive receiving have kind sort csms active")
NOTIFYING = _set("notify alert ping inform email update subscribe")
GIVING = _set("give send get post bring provide receive have be want need")
SEND = _set("send give get bring")
SENDING_VERBS = SEND | _set("post email message notify deliver")
NOTICES = _set("update updates alert alerts notification notifications bulletin bulletins")
PERIODS = _set("hourly daily weekly weekdays weekday monthly biweekly every each once twice")
ABOUT = _set("about on of for regarding concerning when whenever if to know that there up")
QUESTION = _set("what who whom where why how which")
ASKS_NEWS = QUESTION | _set("any is are was were did latest newest recent")
"""First words of a question for messages, even with a weekday at its end."""
PAST = _set("since from after before last past previous by")
"""Before a day that is no schedule: "since monday"."""
COMPOUNDS = _set("summary summaries bulletin bulletins")
"""Also things of trade, behind another noun: an "entry summary"."""
OWN_CASE = _set("my our")
PAUSED = _set("paused muted silenced suspended")
POSTING = _set("post posts posting posted digest digests update updates notification notifications deliver delivered schedule")
WHEN = _set("when next time often schedule")
DELIVERED = _set("arrive brought got here sent show shown saw seeing")
CSMS_DIGITS = 8
STATUS = (
    FILLERS
    | UPDATES
    | SUBSCRIPTIONS
    | SENDING
    | POSTING
    | PAUSED
    | WHEN
    | _set("is are was do does will we i who why still currently has been how long until what what's when's come comes due out arrive be")
    | _set("scheduled going day days times at on hold")
)
LAMENTING = _set("are is there way post posts posting just really")
"""Words of "so many posts"."""
BESIDE_SCHEDULE = _set("instead on only then rather not than digest")
