namespace Stateside.Language.Jsonata;

/// <summary>
/// A stable merge sort that compares the same items in the same order as the reference implementation, since the comparison may be a
/// function with opinions of its own.
/// </summary>
internal static class MergeSort
{
    /// <summary>Sorts in place.</summary>
    /// <param name="items">The items.</param>
    /// <param name="isAfter">Whether the first belongs after the second.</param>
    /// <param name="run">The evaluation.</param>
    public static void Sort<T>(T[] items, Func<T, T, bool> isAfter, Run run) => Sort(items, 0, items.Length, new T[items.Length], isAfter, run);

    private static void Sort<T>(T[] items, int start, int end, T[] spare, Func<T, T, bool> isAfter, Run run)
    {
        if (end - start < 2)
            return;
        var middle = start + ((end - start) / 2);
        Sort(items, start, middle, spare, isAfter, run);
        Sort(items, middle, end, spare, isAfter, run);
        Array.Copy(items, start, spare, start, end - start);
        var left = start;
        var right = middle;
        for (var at = start; at < end; at++)
        {
            run.Step();
            var takeRight = left == middle || (right < end && isAfter(spare[left], spare[right]));
            items[at] = takeRight ? spare[right++] : spare[left++];
        }
    }
}
