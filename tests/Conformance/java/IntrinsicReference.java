import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringTokenizer;

/**
 * Answers intrinsic functions with what Java has: java.util's maps, lists, hash sets, random numbers and tokens, Jackson's reading and
 * writing of JSON, Commons Codec's Base64. A line of input is {"function": name, "arguments": [any]}; a line of output one of
 * {"value": any}, {"failed": message} and {"failed": null}, the last for arguments that the function does not take; beside a value
 * {"tree": true} says that a hash set with so long a list made a tree of it. Debian's packages: libjackson2-databind-java,
 * libcommons-codec-java.
 */
public final class IntrinsicReference {
    private static final ObjectMapper MAPPER =
        new ObjectMapper(JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build());
    private static final List<String> PAST_THE_CHARACTER = List.of("Unexpected character ", "Unexpected close marker ", "Unrecognized character escape ",
        "Illegal unquoted character ");
    private static final int LONGEST_TEXT = 10_000;

    private IntrinsicReference() {
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<?, ?> question = MAPPER.readValue(line, Map.class);
            Map<String, Object> answer;
            try {
                String function = (String) question.get("function");
                List<?> given = (List<?>) longs(question.get("arguments"));
                answer = new LinkedHashMap<>();
                answer.put("value", answer(function, given));
                if (function.equals("States.ArrayUnique") && hasTree(new HashSet<>((List<?>) given.get(0)), ((List<?>) given.get(0)).size())) {
                    answer.put("tree", true);
                }
            } catch (JsonProcessingException problem) {
                answer = Collections.singletonMap("failed", message(problem));
            } catch (RuntimeException | NoSuchAlgorithmException problem) {
                answer = Collections.singletonMap("failed", null);
            }
            out.println(ascii(MAPPER.writeValueAsString(answer)));
            if (!in.ready()) {
                out.flush();
            }
        }
        out.flush();
    }

    /** What Jackson 2.17, the service's, says; Debian has 2.14, which names the column after the character that is wrong. */
    private static String message(JsonProcessingException problem) {
        String text = problem.getOriginalMessage();
        int column = problem.getLocation().getColumnNr() - (PAST_THE_CHARACTER.stream().anyMatch(text::startsWith) ? 1 : 0);
        String message = text + "\n at [Source: UNKNOWN; line: " + problem.getLocation().getLineNr() + ", column: " + column + "]";
        return message.replace("[Source: UNKNOWN;", "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled);");
    }

    private static boolean hasTree(Collection<?> items, int given) {
        int room = Math.max(Integer.highestOneBit((int) (given / 0.75f)) * 2, 16);
        while (true) {
            int[] lists = new int[room];
            int longest = 0;
            for (Object item : items) {
                int hash = item == null ? 0 : item.hashCode();
                longest = Math.max(longest, ++lists[(hash ^ hash >>> 16) & room - 1]);
            }
            if (longest <= 8 || room >= 64) {
                return longest > 8;
            }
            room *= 2;
        }
    }

    /** Longs of 19 digits as Longs: Debian's 2.14 makes BigIntegers of them, which was a fault of that version. */
    private static Object longs(Object value) {
        if (value instanceof List) {
            List<Object> items = new ArrayList<>();
            ((List<?>) value).forEach(item -> items.add(longs(item)));
            return items;
        }
        if (value instanceof Map) {
            Map<Object, Object> members = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, member) -> members.put(key, longs(member)));
            return members;
        }
        return value instanceof BigInteger && ((BigInteger) value).bitLength() < 64 ? (Object) ((BigInteger) value).longValue() : value;
    }

    private static Object answer(String function, List<?> a) throws IOException, NoSuchAlgorithmException {
        switch (function) {
            case "States.Array":
                return a;
            case "States.ArrayPartition": {
                List<?> items = (List<?>) a.get(0);
                int size = truncated(a.get(1));
                List<Object> chunks = new ArrayList<>();
                for (int i = 0; i < items.size(); i += atLeastOne(size)) {
                    chunks.add(items.subList(i, (int) Math.min((long) i + size, items.size())));
                }
                atLeastOne(size);
                return chunks;
            }
            case "States.ArrayContains": {
                String wanted = String.valueOf(a.get(1));
                return ((List<?>) a.get(0)).stream().anyMatch(item -> String.valueOf(item).equals(wanted));
            }
            case "States.ArrayRange": {
                List<Object> numbers = new ArrayList<>();
                int last = truncated(a.get(1));
                int step = truncated(a.get(2));
                if (step == 0) {
                    throw new IllegalArgumentException();
                }
                for (long n = truncated(a.get(0)); step > 0 ? n <= last : n >= last; n += step) {
                    if (numbers.size() == 1000) {
                        throw new IllegalArgumentException();
                    }
                    numbers.add(n);
                }
                return numbers;
            }
            case "States.ArrayGetItem": {
                List<?> items = (List<?>) a.get(0);
                int index = truncated(a.get(1));
                return items.isEmpty() ? null : items.get(index);
            }
            case "States.ArrayLength":
                return ((List<?>) a.get(0)).size();
            case "States.ArrayUnique":
                return new ArrayList<>(new HashSet<>((List<?>) a.get(0)));
            case "States.Base64Encode":
                return Base64.getEncoder().encodeToString(text(a.get(0)).getBytes(StandardCharsets.UTF_8));
            case "States.Base64Decode":
                return new String(org.apache.commons.codec.binary.Base64.decodeBase64(text(a.get(0))), StandardCharsets.UTF_8);
            case "States.Hash":
                return hexadecimal(MessageDigest.getInstance(algorithm((String) a.get(1))).digest(text(a.get(0)).getBytes(StandardCharsets.UTF_8)));
            case "States.Format":
                return format((String) a.get(0), a.subList(1, a.size()));
            case "States.StringToJson": {
                JsonNode node = MAPPER.readTree((String) a.get(0));
                return node.isMissingNode() ? null : node;
            }
            case "States.JsonToString":
                return MAPPER.writeValueAsString(a.get(0));
            case "States.StringSplit": {
                List<Object> parts = new ArrayList<>();
                for (StringTokenizer rest = new StringTokenizer((String) a.get(0), (String) a.get(1)); rest.hasMoreTokens();) {
                    parts.add(rest.nextToken());
                }
                return parts;
            }
            case "States.JsonMerge": {
                if (!Boolean.FALSE.equals(a.get(2))) {
                    throw new IllegalArgumentException();
                }
                Map<Object, Object> merged = new LinkedHashMap<>((Map<?, ?>) a.get(0));
                merged.putAll((Map<?, ?>) a.get(1));
                return merged;
            }
            case "States.MathAdd":
                return Math.addExact(rounded(a.get(0)), rounded(a.get(1)));
            case "States.MathRandom": {
                int from = truncated(a.get(0));
                return from + new Random(((Number) a.get(2)).longValue()).nextInt(Math.subtractExact(truncated(a.get(1)), from));
            }
            case "$random":
                // JSONata has no integers beyond a long: these are doubles.
                return new Random(a.get(0) instanceof BigInteger ? (long) ((Number) a.get(0)).doubleValue() : ((Number) a.get(0)).longValue()).nextDouble();
            default:
                throw new IllegalStateException(function);
        }
    }

    private static String format(String template, List<?> arguments) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '\\' && i + 1 < template.length() && "'{}\\".indexOf(template.charAt(i + 1)) >= 0) {
                text.append(template.charAt(++i));
            } else if (c == '{' && template.startsWith("{}", i)) {
                text.append(arguments.get(next++));
                i++;
            } else if (c == '{' || c == '}') {
                throw new IllegalArgumentException();
            } else {
                text.append(c);
            }
        }
        if (next != arguments.size()) {
            throw new IllegalArgumentException();
        }
        return text.toString();
    }

    /** The integers Jackson makes are of the smallest class that has room for them, so that a Long is one beyond an int. */
    private static int truncated(Object value) {
        return value instanceof Double ? ((Double) value).intValue() : (Integer) value;
    }

    private static int rounded(Object value) {
        return value instanceof Double ? (int) Math.round((Double) value) : (Integer) value;
    }

    private static int atLeastOne(int size) {
        if (size < 1) {
            throw new IllegalArgumentException();
        }
        return size;
    }

    private static String text(Object value) {
        String text = (String) value;
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String algorithm(String name) {
        if (!List.of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512").contains(name)) {
            throw new IllegalArgumentException();
        }
        return name;
    }

    private static String hexadecimal(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
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
