"""What does the answer sheet get right?

Every claim of the exam's answer sheet, judged by an experiment that runs now. **Pick a question**, or guess first.
"""
from dlcore.topic import Card, Topic

TOPIC = Topic(
    __doc__,
    card=Card("Every claim of the exam's answer sheet, judged by a run made as you open it: which hold, which hold "
              "under conditions, which fall. Give your own verdicts first."))

if __name__ == "__main__":
    from ui import answer_sheet

    answer_sheet(TOPIC)
