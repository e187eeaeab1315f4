"""Texts that are mistakes, not user ids; and similar texts that are real user ids."""

MISTAKES = [
    *("null", "NULL", "Null", " null ", "undefined", "Undefined", "[object Object]", "NaN", "nan"),
    *("[object Undefined]", "None", "nil", "<nil>", "(null)", "[null]", '"null"', "'undefined'"),
    *(" ", "     ", "{}", "[]", '""', "true", "False", "0", "-1", "0.0", "000", "-0", "Infinity"),
    *("00000000-0000-0000-0000-000000000000", "anonymous", "AnonymousUser", "guest", "unknown"),
    *("{{ user.id }}", "${user.id}", "<%= current_user.id %>", "{% user %}", "%!s(<nil>)"),
    *("user_id", "USER_ID", "id", "not_authenticated", "N/A"),
]
SOMEBODY = [
    *("u_42", "1", "10", "007", "1.0", "nullius", "anna", "nandor", "Nil Sharma", "true-believer"),
    *("..", "?", "#", "tenant/0", "null@example.com", "a b", "日本", "🙂", "[42]", "0x1f", "idris"),
    *("00000000-0000-0000-0000-000000000001", "object", "none of your business", "guest-7", "-"),
]
