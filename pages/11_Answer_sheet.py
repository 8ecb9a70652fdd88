"""What does the answer sheet get right?

Every claim of the exam's answer sheet, judged by an experiment that runs now. **Pick a question**, or guess first.
"""
from ui import answer_sheet, open_page

open_page(__doc__)
answer_sheet()
