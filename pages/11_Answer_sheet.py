"""Answer sheet: views, charts and presets. The words stand in `11_Answer_sheet.md`."""
from dlcore.topic import Card, Topic, words_beside

TOPIC = Topic(
    words_beside(__file__),
    card=Card("Every claim of the exam's answer sheet, judged by a run made as you open it: true, true under "
              "conditions or false. Give your own verdicts first."))

if __name__ == "__main__":
    from ui import answer_sheet

    answer_sheet(TOPIC)
