"""Labels of the pack ``party`` for people, in English and Chinese.  Codes are stable, labels are not."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "zh"]

LABELS: Final[dict[str, tuple[str, str]]] = {
    # phases and tasks
    "education-campaign": ("Education campaign", "教育活动"),
    "study": ("Study and mobilisation", "学习动员"),
    "analysis": ("Analysis and appraisal", "分析评议"),
    "rectification": ("Rectification", "整改提高"),
    "mobilisation": ("Mobilisation", "动员"),
    "study_sessions": ("Study sessions", "集中学习"),
    "discussions": ("Themed discussions", "专题讨论"),
    "exchange": ("Exchange of experience", "交流"),
    "films": ("Educational films", "观看电教片"),
    "report_meetings": ("Report meetings", "报告会"),
    "lectures": ("Tutorial lectures", "辅导课"),
    "oath_day": ("Oath day", "重温入党誓词"),
    "leadership_life_meeting": ("Leadership life meeting", "领导班子民主生活会"),
    "reflections": ("Written reflections", "心得体会"),
    "good_deeds": ("Good deeds for the public", "为群众办实事"),
    "study_test": ("Hundred-question test", "百题测试"),
    "seek_opinions": ("Seek opinions", "征求意见"),
    "talks": ("Heart-to-heart talks", "谈心谈话"),
    "analysis_material": ("Party-spirit analysis", "党性分析材料"),
    "life_meetings": ("Special life meetings", "专题组织生活会"),
    "appraisal_opinions": ("Form appraisal opinions", "形成评议意见"),
    "written_feedback": ("Written feedback", "书面反馈"),
    "notify_results": ("Notify results", "通报评议情况"),
    "rectification_plan": ("Rectification plan", "整改方案"),
    "problems_rectified": ("Problems rectified", "问题整改"),
    "satisfaction_survey": ("Satisfaction survey", "群众满意度测评"),
    "closing_meeting": ("Closing meeting", "总结大会"),
    "catch_up_study": ("Catch-up study", "补课"),
    # kinds of work
    "mobilisation_meeting": ("Mobilisation meeting", "动员大会"),
    "study_session": ("Study session", "集中学习"),
    "themed_discussion": ("Themed discussion", "专题讨论"),
    "exchange_meeting": ("Exchange meeting", "交流会"),
    "educational_film": ("Educational film", "电教片"),
    "report_meeting": ("Report meeting", "报告会"),
    "tutorial_lecture": ("Tutorial lecture", "辅导课"),
    "test": ("Test", "测试"),
    "reflection": ("Reflection", "心得体会"),
    "good_deed": ("Good deed", "实事"),
    "talk": ("Talk", "谈心"),
    "special_life_meeting": ("Special life meeting", "专题组织生活会"),
    "appraisal_meeting": ("Appraisal meeting", "评议会"),
    "appraisal": ("Appraisal", "民主评议"),
    "appraisal_ranking": ("Appraisal ranking", "评议结果"),
    "satisfaction": ("Satisfaction", "满意度"),
    "opinion": ("Opinion", "意见"),
    "complaint": ("Complaint", "投诉"),
    "finding": ("Finding", "问题"),
    "peer": ("Peer appraisal", "党员互评"),
    "mass": ("Mass appraisal", "群众评议"),
    "self": ("Self appraisal", "自评"),
    # grades and results
    "excellent": ("Excellent", "优秀"),
    "competent": ("Competent", "合格"),
    "basic": ("Basically competent", "基本合格"),
    "not_competent": ("Not competent", "不合格"),
    "satisfied": ("Satisfied", "满意"),
    "fairly_satisfied": ("Fairly satisfied", "比较满意"),
    "not_satisfied": ("Not satisfied", "不满意"),
    "pass": ("Pass", "同意转段"),
    "pass_with_conditions": ("Pass with conditions", "有条件转段"),
    "redo": ("Make up and come back", "补课"),
    "done": ("Done", "完成"),
    "partial": ("Partly done", "部分完成"),
    "missing": ("Missing", "缺失"),
    "excused": ("Excused", "请假"),
    "not_graded": ("Takes part, not graded", "参加评议，不定等次"),
    "withheld": ("Withheld: too few ballots", "票数不足，不公布"),
    # attendance
    "present": ("Present", "出席"),
    "late": ("Late", "迟到"),
    "remote": ("Remote", "线上"),
    "absent": ("Absent", "缺席"),
    # categories and reasons
    "member": ("Member", "党员"),
    "probationary": ("Probationary member", "预备党员"),
    "in_service": ("In service", "在职"),
    "retired": ("Retired", "离退休"),
    "away": ("Away", "外出"),
    "left_post": ("Left post", "离岗"),
    "staff": ("Non-member staff", "非党员职工"),
    "ill": ("Ill", "病假"),
    "on_duty": ("On duty", "值班"),
    "telephone_and_materials": ("By telephone, materials sent", "电话联系、寄送材料"),
    "home_visit": ("Visited at home", "送学上门"),
    # claims
    "attendances": ("Attendances", "人次"),
    "sessions": ("Sessions", "次"),
    "members": ("Members", "党员数"),
    "others": ("Others", "其他人员"),
    # roles
    "registrar": ("Registrar", "登记员"),
    "secretary": ("Secretary", "支部书记"),
    "recorder": ("Recorder", "记录员"),
    "study_supervisor": ("Study supervision group", "学习督查小组"),
    "teller": ("Teller", "计票人"),
    "case_officer": ("Case officer", "信访员"),
    "rectifier": ("Responsible for rectification", "整改责任人"),
    "verifier": ("Verifier", "验收人"),
    "supervisor": ("Supervision group", "督导组"),
    "ombudsman": ("Ombudsman", "异议受理人"),
    "clerk": ("Clerk", "办事员"),
}
"""English and Chinese (simplified) by code."""


def label(code: str, language: Language = "en") -> str:
    """The label of a code; the code itself, readable, where the pack has none."""
    found = LABELS.get(code)
    if found is None:
        return code.replace("_", " ")
    return found[0 if language == "en" else 1]
