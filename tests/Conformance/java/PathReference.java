import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Answers paths with Jayway JsonPath over Jackson's nodes. A line of input is {"path": text, "document": any}; a line of output one of
 * {"value": any}, {"failed": kind of exception, "message": text} and {"refused": kind of exception, "message": text}, the last for a
 * path that is none. A kind with a dot in it is Java's own and no answer of the library. Debian's packages: libjsonpath-java,
 * libjackson2-databind-java, libjson-smart-java.
 */
public final class PathReference {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Configuration CONFIGURATION = Configuration.builder().jsonProvider(new JacksonJsonNodeJsonProvider()).build();

    private PathReference() {
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(ascii(MAPPER.writeValueAsString(answer(MAPPER.readTree(line)))));
            if (!in.ready()) {
                out.flush();
            }
        }
        out.flush();
    }

    private static ObjectNode answer(JsonNode question) throws JsonProcessingException {
        JsonPath path;
        try {
            path = JsonPath.compile(question.get("path").textValue());
        } catch (RuntimeException | StackOverflowError problem) {
            return failure("refused", problem);
        }

        ObjectNode answer = MAPPER.createObjectNode();
        try {
            Object value = path.read((Object) question.get("document"), CONFIGURATION);
            answer.put("definite", path.isDefinite());
            answer.set("value", value instanceof JsonNode ? (JsonNode) value : MAPPER.valueToTree(value));
            return answer;
        } catch (RuntimeException | StackOverflowError problem) {
            return failure("failed", problem);
        }
    }

    private static ObjectNode failure(String how, Throwable problem) {
        String kind = problem instanceof JsonPathException ? problem.getClass().getSimpleName() : problem.getClass().getName();
        return MAPPER.createObjectNode().put(how, kind).put("message", problem.getMessage());
    }

    /** Halves of surrogate pairs get through as escapes only. */
    private static String ascii(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }
}
