"""Studies: what one run cannot show. The words stand in `12_Studies.md`."""
from dlcore.topic import Card, Topic, words_beside

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Thousands of runs as maps and curves, with the law over them. A tap on a map opens its run live."))

if __name__ == "__main__":
    from ui import studies

    studies(TOPIC)
